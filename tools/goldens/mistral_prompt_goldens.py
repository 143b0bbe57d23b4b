#!/usr/bin/env python3
"""Encodes conversations with mistral-common, tools and system prompts included.

    mistral_prompt_goldens.py OUT.json

The tokenizers are those of mistral-common's wheel. Made with mistral-common 1.12.0. For tekken the vocabulary is too large to keep, so a case holds
`layout`: control tokens as ids, and the texts between them as strings.
"""
import json
import sys

from mistral_common.protocol.instruct.messages import (
    AssistantMessage,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.protocol.instruct.tool_calls import Function, FunctionCall, Tool, ToolCall
from mistral_common.tokens.tokenizers.instruct import InstructTokenizerV7
from mistral_common.protocol.instruct.normalize import InstructRequestNormalizerV7
from mistral_common.protocol.instruct.validator import MistralRequestValidatorV5
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Wetter für eine Stadt",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "number", "default": 1.50}},
                "required": ["city"],
            },
        },
    },
    {
        "type": "function",
        "function": {"name": "now", "description": "", "parameters": {"type": "object", "properties": {}}},
    },
]
CALL = {
    "id": "aB3dE6gH9",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"city":"Zürich", "days": 1e3}'},
}
CALL2 = {"id": "000000001", "type": "function", "function": {"name": "now", "arguments": "{}"}}
CHATS = {
    "plain": [{"role": "user", "content": "Hello [INST] </s> [SYSTEM_PROMPT] there"}],
    "system": [
        {"role": "system", "content": "Sei knapp. [/SYSTEM_PROMPT]"},
        {"role": "user", "content": "Eins?"},
        {"role": "assistant", "content": "Zwei.  "},
        {"role": "user", "content": " Drei? "},
    ],
    "empty-user": [{"role": "system", "content": "S"}, {"role": "user", "content": ""}],
    "prefix": [
        {"role": "user", "content": "Count"},
        {"role": "assistant", "content": "one, two, "},
    ],
    "called": [
        {"role": "system", "content": "Use tools."},
        {"role": "user", "content": "Wetter?"},
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "aB3dE6gH9", "name": "get_weather", "content": '{"t":21.50,"é":[1, null]}'},
    ],
    "called-before": [
        {"role": "user", "content": "Wetter?"},
        {"role": "assistant", "content": "", "tool_calls": [CALL, CALL2]},
        {"role": "tool", "tool_call_id": "aB3dE6gH9", "name": "get_weather", "content": "sunny, not JSON"},
        {"role": "tool", "tool_call_id": "000000001", "name": "now", "content": "12"},
        {"role": "assistant", "content": "Sonnig um zwölf."},
        {"role": "user", "content": "Danke"},
    ],
    "content-and-call": [
        {"role": "user", "content": "Zeit?"},
        {"role": "assistant", "content": "Let me see. ", "tool_calls": [CALL2]},
        {"role": "tool", "tool_call_id": "000000001", "name": "now", "content": ""},
    ],
}


def message(m, last):
    content = m["content"]
    if m["role"] == "system":
        return SystemMessage(content=content)
    if m["role"] == "user":
        return UserMessage(content=content)
    if m["role"] == "tool":
        return ToolMessage(content=content, tool_call_id=m["tool_call_id"], name=m["name"])
    calls = [
        ToolCall(id=c["id"], function=FunctionCall(**c["function"])) for c in m.get("tool_calls", [])
    ]
    return AssistantMessage(content=content or None, tool_calls=calls or None, prefix=last)


def request(messages, tools):
    return ChatCompletionRequest(
        messages=[message(m, i == len(messages) - 1) for i, m in enumerate(messages)],
        tools=[Tool(function=Function(**t["function"])) for t in tools] if tools else None,
    )


def layout(tokenizer, ids):
    """Control ids, and the texts between them."""
    out, run = [], []

    def flush():
        if run:
            out.append(tokenizer.decode(run))
            run.clear()

    for i in ids:
        if i < tokenizer.num_special_tokens:
            flush()
            out.append(i)
        else:
            run.append(i)
    flush()
    return out


def main(out):
    v3_tekken = MistralTokenizer.v3(is_tekken=True)
    tekken = v3_tekken.instruct_tokenizer.tokenizer
    v7_tekken = MistralTokenizer(
        InstructTokenizerV7(tekken),
        validator=MistralRequestValidatorV5(),
        request_normalizer=InstructRequestNormalizerV7.normalizer(),
    )
    tokenizers = {
        v: getattr(MistralTokenizer, v.lower())()
        for v in ("V1", "V2", "V3", "V7")
    }
    tokenizers |= {"TEKKEN": v3_tekken, "V7_TEKKEN": v7_tekken}
    cases = []
    for version, tokenizer in tokenizers.items():
        for chat, messages in CHATS.items():
            for tools in (None, TOOLS):
                case = {"version": version, "chat": chat, "tools": tools is not None}
                try:
                    ids = tokenizer.encode_chat_completion(request(messages, tools)).tokens
                except Exception as e:
                    cases.append(case | {"error": type(e).__name__})
                    continue
                if version == "V1" and tools:
                    continue  # mistral-common drops them in silence; an error here
                kind = "layout" if "TEKKEN" in version else "ids"
                cases.append(case | {kind: layout(tekken, ids) if kind == "layout" else ids})
    golden = {
        "made_by": "tools/goldens/mistral_prompt_goldens.py with mistral-common 1.12.0",
        "tekken_control": [tekken.id_to_piece(i) for i in range(20)],
        "chats": CHATS,
        "tools": TOOLS,
        "cases": cases,
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(golden, file, ensure_ascii=True)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
