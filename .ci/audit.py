"""Fails when a locked dependency has a known vulnerability: Python's by pip-audit, JavaScript's by npm audit.

    python .ci/audit.py

Exit status 1 for a vulnerability that is not in `.ci/audit-accepted`. Where the advisories cannot be had (no
network, or a registry without them) it says so in capitals and does not fail: that is no fault of the change.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
LOCKS = ("explorer", "client", "bench/peer", "tests/proofs/audits")
ACCEPTED = ROOT / ".ci" / "audit-accepted"
"""Lines of `id reason`: advisories that do not reach us, each with why."""


class Unreachable(Exception):
    """The advisories could not be had. The words are for the log."""


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=240, check=False)  # noqa: S603


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no words"])[-1][:300]


def python_found() -> list[str]:
    """Advisories about what uv.lock pins for those who run Foothold and for those who build it."""
    exported = run(BIN / "uv", "export", "--frozen", "--all-extras", "--no-emit-project", "--quiet")
    if exported.returncode:
        sys.exit(f"uv export: {exported.stderr}")
    requirements = ROOT / ".ci" / ".requirements.txt"
    requirements.write_text(exported.stdout)
    try:
        command = ("--requirement", requirements, "--require-hashes", "--disable-pip", "--format", "json")
        done = run(BIN / "pip-audit", *command, "--progress-spinner", "off", "--timeout", "20")
    except subprocess.TimeoutExpired:
        raise Unreachable("pip-audit took too long") from None
    finally:
        requirements.unlink()
    try:
        audited = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        raise Unreachable(f"pip-audit: {last_line(done.stderr)}") from None
    # A registry without advisories looks to it like one without the package.
    skipped = [one for one in audited if "skip_reason" in one]
    if len(skipped) == len(audited):
        raise Unreachable(f"pip-audit: {skipped[0]['skip_reason'] if skipped else 'nothing was looked at'}")
    for one in skipped:
        print(f"!!! NOT AUDITED: {one['name']}: {one['skip_reason']}", file=sys.stderr)  # noqa: T201
    return [
        f"{found['id']} in {one['name']} {one['version']}, mended in {', '.join(found['fix_versions']) or 'none'}"
        for one in audited
        for found in one.get("vulns", [])
    ]


def npm_found(lock: str) -> list[str]:
    """Advisories about what a package-lock.json pins."""
    npm = shutil.which("npm")
    if npm is None:
        raise Unreachable("npm is not installed")
    try:
        done = run(npm, "audit", "--json", "--package-lock-only", cwd=ROOT / lock)
        report = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Unreachable("npm audit took too long") from None
    except ValueError:
        raise Unreachable(f"npm audit: {last_line(done.stderr)}") from None
    if "vulnerabilities" not in report:
        raise Unreachable(f"npm audit: {last_line(str(report.get('message') or report.get('error')))}")
    found: dict[str, str] = {}
    for name, one in report["vulnerabilities"].items():
        for via in one["via"]:
            if isinstance(via, dict):
                id_ = via.get("url", "").rpartition("/")[2] or str(via.get("source"))
                found[id_] = f"{id_} in {name} {via.get('range', '')}: {via.get('title', '')}"
    return list(found.values())


def main() -> int:
    lines = ACCEPTED.read_text().splitlines() if ACCEPTED.exists() else []
    accepted = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
    bad = False
    for name, look in [
        ("uv.lock", python_found),
        *((lock, lambda lock=lock: npm_found(lock)) for lock in LOCKS),
    ]:
        if name != "uv.lock" and not (ROOT / name / "package-lock.json").exists():
            continue
        try:
            found = look()
        except Unreachable as why:
            print(f"!!! NOT AUDITED: {name}: {why}", file=sys.stderr)  # noqa: T201
            continue
        for line in found:
            known = line.split()[0] in accepted
            bad = bad or not known
            print(f"{name}: {'accepted' if known else 'VULNERABLE'}: {line}")  # noqa: T201
        print(f"{name}: audited, {len(found)} known")  # noqa: T201
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
