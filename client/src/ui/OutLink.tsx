import { ExternalLink } from "lucide-react";
import type { JSX, ReactNode } from "react";
import { buttonClass } from "./Button";

/** A way out of the client: the other page learns nothing of this one. */
export function OutLink(props: { href: string; children: ReactNode }): JSX.Element {
  return (
    <div>
      <a href={props.href} target="_blank" rel="noreferrer noopener" className={buttonClass("plain")}>
        <ExternalLink size={16} aria-hidden /> {props.children}
      </a>
    </div>
  );
}
