import { useRouter, useRouterState } from "@tanstack/react-router";
import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { setKeys, useShortcuts } from "./Shortcuts";

let at: World;
const clicked = vi.fn();
const help = vi.fn();
beforeEach(() => {
  clicked.mockClear();
  help.mockClear();
  at = world();
  at.wire.hold(profile());
  return () => at.close();
});

function Page() {
  useShortcuts(useRouter(), help);
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <>
      <output>{path}</output>
      <input type="search" aria-label="Search" />
      <div data-steps>
        {["all", "strong", "weak"].map((name) => (
          <button key={name} type="button" aria-pressed={name === "strong"} onClick={() => clicked(name)}>
            {name}
          </button>
        ))}
      </div>
      <button type="button" id="refresh" onClick={() => clicked("refresh")}>
        Refresh
      </button>
      {["one", "two"].map((name) => (
        <article key={name} data-item tabIndex={0} aria-label={name}>
          <details>
            <summary onClick={() => clicked(`more of ${name}`)}>More</summary>
          </details>
        </article>
      ))}
    </>
  );
}

const press = (key: string): void => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
};
const focus = (): string | null | undefined => document.activeElement?.getAttribute("aria-label");

test("#18 keys walk through what is there, open it, and come to each page", async () => {
  await at.open(<Page />);
  press("j");
  expect(focus()).toBe("one");
  press("j");
  press("j");
  expect(focus()).toBe("two");
  press("k");
  expect(focus()).toBe("one");
  press("Enter");
  press("]");
  press("[");
  press("r");
  press("?");
  expect(clicked.mock.calls.flat()).toEqual(["more of one", "weak", "all", "refresh"]);
  expect(help).toHaveBeenCalledOnce();
  await act(async () => {
    press("g");
    press("m");
  });
  await screen.findByText("/matches");
  press("/");
  expect(focus()).toBe("Search");
});

test("keys are letters where somebody types, and can be switched off", async () => {
  await at.open(<Page />);
  screen.getByLabelText("Search").focus();
  press("r");
  (document.activeElement as HTMLElement).blur();
  fireEvent.keyDown(document.body, { key: "r", ctrlKey: true });
  setKeys(false);
  press("r");
  press("j");
  expect(clicked).not.toHaveBeenCalled();
  expect(focus()).toBeNull();
  setKeys(true);
  press("r");
  expect(clicked).toHaveBeenCalledOnce();
});
