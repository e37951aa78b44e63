"""The tools, resources and prompts that the conformance suite wants, beside the real ones on the same server."""
# ruff: noqa: ARG001 - the SDK gives every handler the same two parameters

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import mcp_types as types
from conformance_contents import CONTENTS, INPUT_SCHEMAS, PROMPT_MESSAGES, RESOURCE_CONTENTS, TEMPLATE
from mcp.server.lowlevel import Server

from mcp import MCPError
from onememory.mcp.server import Context, Handlers, Paging, Provide

Result = dict[str, Any]
Inputs = Mapping[str, Any]  # what a client answered to what it was asked
State = str | None

_KEY = secrets.token_bytes(32)
_NO_ARGUMENTS: Result = {"type": "object", "properties": {}}


def with_fixtures(make_server: Callable[[Provide], Server[Any]]) -> Callable[[Provide], Server[Any]]:
    """The same maker of servers, of which each has the fixtures too."""

    def make(provide: Provide) -> Server[Any]:
        async def provide_both() -> Handlers:
            return cast("Handlers", _Both(await provide()))

        server = make_server(provide_both)
        server.add_request_handler("completion/complete", types.CompleteRequestParams, _complete)
        server.add_request_handler("resources/templates/list", types.PaginatedRequestParams, _templates)
        server.add_request_handler("resources/subscribe", types.SubscribeRequestParams, _nothing)
        server.add_request_handler("resources/unsubscribe", types.UnsubscribeRequestParams, _nothing)
        server.add_request_handler("logging/setLevel", types.SetLevelRequestParams, _nothing)
        return server

    return make


class _Both:
    """The fixtures first, then the real handlers."""

    def __init__(self, real: Handlers) -> None:
        self._real = real

    async def list_tools(self, context: Context, params: Paging) -> types.ListToolsResult:
        real = await self._real.list_tools(context, params)
        names = [*CONTENTS, *_ASKING, *_ACTING, *INPUT_SCHEMAS]
        fixtures = [
            types.Tool(name=n, description=f"Fixture {n}", input_schema=INPUT_SCHEMAS.get(n, _NO_ARGUMENTS))
            for n in names
        ]
        return types.ListToolsResult(tools=[*real.tools, *fixtures])

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> Any:
        if params.name in CONTENTS:
            return _whole(CONTENTS[params.name])
        if params.name in _ASKING:
            return _whole(_ASKING[params.name](context, _inputs(params), params.request_state))
        if params.name in _ACTING:
            return _whole(await _ACTING[params.name](context))
        return await self._real.call_tool(context, params)

    async def list_resources(self, context: Context, params: Paging) -> types.ListResourcesResult:
        real = await self._real.list_resources(context, params)
        fixtures = [types.Resource(uri=uri, name=uri, description=f"Fixture {uri}") for uri in RESOURCE_CONTENTS]
        return types.ListResourcesResult(resources=[*real.resources, *fixtures])

    async def read_resource(self, context: Context, params: types.ReadResourceRequestParams) -> Any:
        uri = str(params.uri)
        if uri in RESOURCE_CONTENTS:
            return _whole({"contents": [RESOURCE_CONTENTS[uri]]})
        if uri == TEMPLATE.uri_template.replace("{id}", "123"):
            text = '{"id":"123","templateTest":true,"data":"Data for ID: 123"}'
            return _whole({"contents": [{"uri": uri, "mimeType": "application/json", "text": text}]})
        return await self._real.read_resource(context, params)

    async def list_prompts(self, context: Context, params: Paging) -> types.ListPromptsResult:
        real = await self._real.list_prompts(context, params)
        given = {"test_prompt_with_arguments": ("arg1", "arg2"), "test_prompt_with_embedded_resource": ("resourceUri",)}
        fixtures = [
            types.Prompt(
                name=name,
                description=f"Fixture {name}",
                arguments=[types.PromptArgument(name=each, required=True) for each in given.get(name, ())],
            )
            for name in [*PROMPT_MESSAGES, "test_input_required_result_prompt"]
        ]
        return types.ListPromptsResult(prompts=[*real.prompts, *fixtures])

    async def get_prompt(self, context: Context, params: types.GetPromptRequestParams) -> Any:
        if params.name in PROMPT_MESSAGES:
            return _whole({"messages": PROMPT_MESSAGES[params.name](params.arguments or {})})
        if params.name == "test_input_required_result_prompt":
            inputs = _inputs(params)
            if "user_context" not in inputs:
                return _ask(user_context=_elicit("What context should the prompt use?", "context"))
            text = inputs["user_context"]["content"]["context"]
            return _whole({"messages": [{"role": "user", "content": {"type": "text", "text": text}}]})
        return await self._real.get_prompt(context, params)


def _whole(result: Result) -> Result:
    return {"resultType": "complete", **result}


def _inputs(params: types.CallToolRequestParams | types.GetPromptRequestParams) -> Inputs:
    given = params.input_responses or {}
    return {name: each.model_dump(by_alias=True, mode="json") for name, each in given.items()}


def _text(text: str) -> Result:
    return {"content": [{"type": "text", "text": text}]}


def _ask(**requests: Result) -> Result:
    return {"resultType": "input_required", "inputRequests": requests}


def _keeping(step: str) -> Result:
    """What is added to a question so that its answer says how far we were."""
    return {"requestState": _signed(step)}


def _elicit(message: str, name: str, kind: str = "string") -> Result:
    schema = {"type": "object", "properties": {name: {"type": kind}}, "required": [name]}
    return {"method": "elicitation/create", "params": {"message": message, "requestedSchema": schema}}


def _sample(text: str, tokens: int = 100) -> Result:
    message = {"role": "user", "content": {"type": "text", "text": text}}
    return {"method": "sampling/createMessage", "params": {"messages": [message], "maxTokens": tokens}}


_ROOTS: Result = {"method": "roots/list", "params": {}}


def _signed(step: str) -> str:
    return f"{step}.{hmac.new(_KEY, step.encode(), hashlib.sha256).hexdigest()}"


def _step(state: State) -> str:
    """What a state of ours says; raises MCPError for one that was tampered with."""
    step = (state or "").partition(".")[0]
    if not hmac.compare_digest((state or "").encode(), _signed(step).encode()):
        raise MCPError(types.INVALID_PARAMS, "The request state is not ours.")
    return step


def _name_asked(_: Context, inputs: Inputs, state: State) -> Result:
    content = inputs.get("user_name", {}).get("content")
    if not isinstance(content, dict) or "name" not in content:
        return _ask(user_name=_elicit("What is your name?", "name"))
    return _text(f"Hello, {content['name']}!")


def _capital_asked(_: Context, inputs: Inputs, state: State) -> Result:
    if "capital_question" not in inputs:
        return _ask(capital_question=_sample("What is the capital of France?"))
    return _text(str(inputs["capital_question"]["content"]))


def _roots_asked(_: Context, inputs: Inputs, state: State) -> Result:
    return _text(str(inputs["client_roots"])) if "client_roots" in inputs else _ask(client_roots=_ROOTS)


def _confirmation_asked(_: Context, inputs: Inputs, state: State) -> Result:
    if "confirm" not in inputs and state is None:
        return _ask(confirm=_elicit("Please confirm", "ok", "boolean")) | _keeping("confirm")
    return _text(f"state-ok {_step(state)}")


def _all_asked(_: Context, inputs: Inputs, state: State) -> Result:
    wanted = {
        "user_name": _elicit("What is your name?", "name"),
        "greeting": _sample("Generate a greeting", 50),
        "client_roots": _ROOTS,
    }
    if not wanted.keys() <= inputs.keys():
        return _ask(**wanted) | _keeping("all")
    return _text(f"all answered, {_step(state)}")


def _asked_in_rounds(_: Context, inputs: Inputs, state: State) -> Result:
    if state is None:
        return _ask(step1=_elicit("Step 1: What is your name?", "name")) | _keeping("one")
    if _step(state) == "one":
        return _ask(step2=_elicit("Step 2: What is your favorite color?", "color")) | _keeping("two")
    return _text("both steps done")


def _what_the_client_can(context: Context, inputs: Inputs, state: State) -> Result:
    can = context.session.client_capabilities or types.ClientCapabilities()
    wanted: dict[str, Result] = {}
    if can.sampling is not None:
        wanted["sampled"] = _sample("Say hello")
    if can.elicitation is not None:
        wanted["elicited"] = _elicit("What is your name?", "name")
    if can.roots is not None:
        wanted["rooted"] = _ROOTS
    return _text("done") if inputs or not wanted else _ask(**wanted)


_ASKING: dict[str, Callable[[Context, Inputs, State], Result]] = {
    "test_input_required_result_elicitation": _name_asked,
    "test_input_required_result_sampling": _capital_asked,
    "test_input_required_result_list_roots": _roots_asked,
    "test_input_required_result_request_state": _confirmation_asked,
    "test_input_required_result_tampered_state": _confirmation_asked,
    "test_input_required_result_multiple_inputs": _all_asked,
    "test_input_required_result_multi_round": _asked_in_rounds,
    "test_input_required_result_capabilities": _what_the_client_can,
}


async def _demand_sampling(context: Context) -> Result:
    can = context.session.client_capabilities
    if can is None or can.sampling is None:
        needed: Result = {"requiredCapabilities": {"sampling": {}}}
        raise MCPError(types.MISSING_REQUIRED_CLIENT_CAPABILITY, "This tool needs sampling.", needed)
    return _text("sampling is there")


async def _progress(context: Context) -> Result:
    for done in (0, 50, 100):
        await context.session.report_progress(done, 100)
    return _text("done")


async def _log(context: Context) -> Result:
    for said in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        params = types.LoggingMessageNotificationParams(level="info", data=said)
        await context.session.send_notification(types.LoggingMessageNotification(params=params))
    return _text("done")


async def _log_if_asked(context: Context) -> Result:
    return _text("Nobody asked for a log.")


async def _ask_the_client(context: Context) -> Result:
    schema: Result = {"type": "object", "properties": {"name": {"type": "string", "default": "John Doe"}}}
    params = types.ElicitRequestFormParams(message="What is your name?", requested_schema=schema)
    answer = await context.session.send_request(types.ElicitRequest(params=params), types.ElicitResult)
    return _text(f"User response: {answer.action}")


async def _ask_in_the_answer(context: Context) -> Result:
    return _ask(user_name=_elicit("What is your name?", "name"))


_ACTING: dict[str, Callable[[Context], Awaitable[Result]]] = {
    "test_missing_capability": _demand_sampling,
    "test_tool_with_progress": _progress,
    "test_tool_with_logging": _log,
    "test_logging_tool": _log_if_asked,
    "test_streaming_elicitation": _ask_in_the_answer,
    "test_sampling": _ask_the_client,
    "test_elicitation": _ask_the_client,
    "test_elicitation_sep1034_defaults": _ask_the_client,
    "test_elicitation_sep1330_enums": _ask_the_client,
}


async def _complete(context: Context, params: types.CompleteRequestParams) -> Result:
    return {
        "resultType": "complete",
        "completion": {"values": ["paris", "park", "party"], "total": 3, "hasMore": False},
    }


async def _templates(context: Context, params: types.PaginatedRequestParams) -> types.ListResourceTemplatesResult:
    return types.ListResourceTemplatesResult(resource_templates=[TEMPLATE])


async def _nothing(context: Context, params: types.RequestParams) -> types.EmptyResult:
    return types.EmptyResult()
