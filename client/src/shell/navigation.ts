import {
  Briefcase,
  CircleUser,
  Bookmark,
  House,
  MessageCircle,
  Settings,
  Target,
  type LucideIcon,
} from "lucide-react";
import type { LinkProps } from "@tanstack/react-router";

export interface Place {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly name: string;
  readonly icon: LucideIcon;
  /** For a phone, where the name is too long. */
  readonly short?: string;
  /** Second key after `g`. */
  readonly key: string;
  /** One of those on a phone. */
  readonly main: boolean;
}

export const PLACES: readonly Place[] = [
  { to: "/", name: "Home", icon: House, key: "h", main: true },
  { to: "/matches", name: "Matches", icon: Target, key: "m", main: true },
  { to: "/opportunities", name: "Opportunities", short: "Openings", icon: Briefcase, key: "o", main: true },
  {
    to: "/applications",
    name: "Applications",
    short: "Track",
    icon: Bookmark,
    key: "a",
    main: true,
  },
  { to: "/coach", name: "Coach", icon: MessageCircle, key: "c", main: true },
  { to: "/profile", name: "Profile", icon: CircleUser, key: "p", main: true },
  { to: "/settings", name: "Settings", icon: Settings, key: "s", main: false },
];
