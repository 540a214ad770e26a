"""GraphQL over HTTP, as its draft has it: what is a request, and in which media type and status it is answered."""

import re
from functools import lru_cache
from json import JSONDecodeError
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
)
from starlette.datastructures import Headers
from starlette.requests import Request
from strawberry.http import GraphQLRequestData
from strawberry.types.execution import ExecutionResult, PreExecutionError

from resolvers.edge.bounds.bodies import RequestRefused, read_body
from resolvers.edge.bounds.limits import RequestLimits
from resolvers.execution.documents import is_refused
from services.kit.json_text import parse_json
from services.kit.offloading import offloaded

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"

PREFLIGHT_HEADERS = (
    "graphql-require-preflight",
    "apollo-require-preflight",
    "x-apollo-operation-name",
    "x-requested-with",
)
IMPORT = "importResume"
_IMPORT_TOKENS = 500
_LARGE = 64 * 1024  # bytes that are parsed in a few milliseconds
_SHORT = 200  # characters of an Accept that is remembered
_MATCHES = {
    JSON: ((JSON, 2),),
    GRAPHQL: ((GRAPHQL, 2),),
    "application/*": ((JSON, 1), (GRAPHQL, 1)),
    "*/*": ((JSON, 0), (GRAPHQL, 0)),
}
_QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s";]*)', re.IGNORECASE)


def decode_json(data: str | bytes) -> Any:
    """Parsed JSON; everything that it cannot be is a ``JSONDecodeError``."""
    try:
        # Not by json itself, which would take UTF-16 and UTF-32 too.
        return parse_json(data if isinstance(data, str) else data.decode())
    except (ValueError, RecursionError) as error:
        raise JSONDecodeError("not JSON", "", 0) from error


def media_type_for(headers: Headers) -> str | None:
    """The media type of the answer, by ``Accept`` (RFC 9110, 12.5.1); None when none of ours is wanted.

    A client that does not name ``application/graphql-response+json`` may know only ``application/json``.
    """
    accept = ",".join(headers.getlist("accept"))
    return _wanted(accept) if len(accept) <= _SHORT else _wanted.__wrapped__(accept)


@lru_cache(128)
def _wanted(accept: str) -> str | None:
    if not accept.strip():
        return JSON
    found: dict[str, tuple[int, float]] = {}
    for part in accept.split(","):
        name = part.partition(";")[0].strip().lower()
        for media_type, exactness in _MATCHES.get(name, ()):
            if exactness >= found.get(media_type, (0, 0.0))[0]:  # the most exact one decides
                quality = _QUALITY.search(part)
                found[media_type] = (exactness, 1.0 if quality is None else float(quality[1]))
    ranked = [
        (quality, exactness, (media_type == GRAPHQL) == (exactness == 2), media_type)
        for media_type, (exactness, quality) in found.items()
        if quality > 0
    ]
    return max(ranked)[-1] if ranked else None


def _is_json(headers: Headers) -> bool:
    content_type = ",".join(headers.getlist("content-type"))
    charset = _CHARSET.search(content_type)
    return content_type.partition(";")[0].strip().lower() == JSON and (
        charset is None or charset[1].lower() in ("utf-8", "utf8")
    )


def get_parameters(request: Request, limits: RequestLimits, *, plain: bool) -> dict[str, Any]:
    """Return the parameters of a GET. ``plain``: also without a header that makes browsers ask before they send it."""
    if not (plain or _is_json(request.headers) or any(name in request.headers for name in PREFLIGHT_HEADERS)):
        words = "A query over GET needs the header GraphQL-Require-Preflight with any value. Or use POST."
        raise RequestRefused(400, "PREFLIGHT_REQUIRED", words)
    if len(request.scope["query_string"]) > limits.body:
        raise RequestRefused(414, "URL_TOO_LONG", f"The query string is longer than {limits.body} bytes.")
    parameters: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = _parsed(parameters[name], f"`{name}`")
        else:
            parameters.pop(name, None)
    return parameters


async def post_parameters(request: Request, limits: RequestLimits, *, signed_in: bool) -> tuple[Any, bool]:
    """Return the parameters of a POST, and True if it is as large as only an import may be."""
    if not _is_json(request.headers):
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Type must be {JSON}, in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestRefused(415, "UNSUPPORTED_ENCODING", "The body must not be compressed.")
    body = await read_body(request, limits.import_body if signed_in else limits.body)
    # Parsing a large body would hold up everybody else.
    parsed = await offloaded(_parsed, body, "The body") if len(body) > _LARGE else _parsed(body, "The body")
    return parsed, len(body) > limits.body


def _parsed(text: str | bytes, what: str) -> Any:
    try:
        return decode_json(text)
    except JSONDecodeError:
        raise RequestRefused(400, "BAD_REQUEST", f"{what} is not valid JSON in UTF-8.") from None


def checked(parameters: Any) -> dict[str, Any]:
    """The parameters, when they have the types that the draft gives them."""
    if isinstance(parameters, list):
        raise RequestRefused(
            400, "BATCHING_NOT_SUPPORTED", "Batching is not supported. Send one operation as a JSON object."
        )
    if not isinstance(parameters, dict):
        raise RequestRefused(400, "BAD_REQUEST", "The body must be a JSON object.")
    for name, kind, words in (
        ("query", str, "a string"),
        ("operationName", str, "a string"),
        ("variables", dict, "an object"),
        ("extensions", dict, "an object"),
    ):
        if not isinstance(parameters.get(name), kind | None):
            raise RequestRefused(400, "BAD_REQUEST", f"`{name}` must be {words}.")
    if not (parameters.get("operationName") or "").isascii():
        raise RequestRefused(400, "BAD_REQUEST", "`operationName` must be a name.")
    return parameters


def request_data(parameters: dict[str, Any], document: str | None) -> GraphQLRequestData:
    """The checked parameters as Strawberry takes them."""
    return GraphQLRequestData(
        query=document,
        variables=parameters.get("variables"),
        operation_name=parameters.get("operationName") or None,
        extensions=parameters.get("extensions"),
    )


def only_imports(text: str | None) -> bool:
    """Return True if a document only imports a résumé."""
    try:
        document = parse(text or "", no_location=True, max_tokens=_IMPORT_TOKENS)
    except GraphQLSyntaxError:
        return False
    operations = [one for one in document.definitions if not isinstance(one, FragmentDefinitionNode)]
    return bool(operations) and all(
        isinstance(operation, OperationDefinitionNode)
        and operation.operation is OperationType.MUTATION
        and all(
            isinstance(field, FieldNode) and field.name.value == IMPORT
            for field in operation.selection_set.selections
        )
        for operation in operations
    )


def is_request_error(result: ExecutionResult) -> bool:
    """Return True if nothing was executed: the answer then has no ``data``, not even null."""
    if isinstance(result, PreExecutionError):
        return True
    return (
        result.data is None and bool(result.errors) and all(_before_execution(e) for e in result.errors or ())
    )


def _before_execution(error: Any) -> bool:
    return error.path is None and (error.extensions or {}).get("code") != "TIMEOUT"


def status_of(result: ExecutionResult, media_type: str) -> int:
    """With ``application/json`` what is well-formed gets 200, since an old client reads nothing else."""
    if is_refused(result):
        return 400  # whatever the media type, so that a proxy sees it too
    return 400 if media_type == GRAPHQL and is_request_error(result) else 200
