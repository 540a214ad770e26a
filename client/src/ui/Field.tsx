import {
  useId,
  type InputHTMLAttributes,
  type JSX,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from "react";

const BOX =
  "w-full rounded-lg border border-edge bg-card px-3 py-2 text-ink placeholder:text-muted pointer-coarse:min-h-11";

interface Common {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
}

function Frame(props: Common & { id: string; children: ReactNode }): JSX.Element {
  return (
    <div className="grid gap-1">
      <label htmlFor={props.id} className="text-sm font-medium">
        {props.label}
      </label>
      {props.children}
      {props.hint && (
        <p id={`${props.id}-hint`} className="text-xs text-muted">
          {props.hint}
        </p>
      )}
      {props.error && (
        <p id={`${props.id}-error`} role="alert" className="text-sm text-danger">
          {props.error}
        </p>
      )}
    </div>
  );
}

const described = (id: string, { hint, error }: Common): Record<string, string | boolean> => ({
  ...(hint || error
    ? { "aria-describedby": [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") }
    : {}),
  ...(error ? { "aria-invalid": true } : {}),
});

export function TextField({
  label,
  hint,
  error,
  ...rest
}: Common & InputHTMLAttributes<HTMLInputElement>): JSX.Element {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input id={id} {...rest} {...described(id, { label, hint, error })} className={BOX} />
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  ...rest
}: Common & TextareaHTMLAttributes<HTMLTextAreaElement>): JSX.Element {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea
        id={id}
        rows={4}
        {...rest}
        {...described(id, { label, hint, error })}
        className={`${BOX} field-sizing-content`}
      />
    </Frame>
  );
}

export function SelectField({
  label,
  hint,
  error,
  options,
  ...rest
}: Common & {
  options: Readonly<Record<string, string>>;
} & SelectHTMLAttributes<HTMLSelectElement>): JSX.Element {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select id={id} {...rest} {...described(id, { label, hint, error })} className={`${BOX} min-h-10`}>
        {Object.entries(options).map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </Frame>
  );
}
