"""Makes the golden files of train/src/test/resources/sirocco/train/tokenizer (CC0).

    python bpe_training_goldens.py corpus FOLDER           corpus.jsonl, and what SentencePiece's own trainer makes of it
    ./sirocco tokenizer-train -i FOLDER/corpus.jsonl -o MADE --vocabulary 800 --control-token '[INST]' --control-token '[/INST]'
    python bpe_training_goldens.py ids MADE FOLDER         ids that SentencePiece and Hugging Face give with MADE
"""

import hashlib
import json
import random
import sys

import sentencepiece
from tokenizers import Tokenizer

WORDS = {
    "en": "the of and to a in is that it was for on are with as they be at one have this from or had by hot but some what there we can out other were all your when up use word how said an each she which do their time if will way about many then them would write like so these her long make thing see him two has look more day could go come did my sound no most number who over know water than call first people may down side been now find any new work part take get place made live where after back little only round man year came show every good me give our under name".split(),
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat daß sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei Straße schön größer".split(),
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec ils être à même été était où déjà français".split(),
    "ru": "и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой вода белая зима утро".split(),
    "zh": "的 一 是 不 了 人 我 在 有 他 这 中 大 来 上 国 个 到 说 们".split(),
}
CODE = [
    "public int {a}({b} {c}) {{\n    return {c}.{a}({n});\n}}\n\n",
    "for (int i = 0; i < {n}; i++) {{\n        {a}.add({b}[i] + {n});\n}}\n",
    "def {a}({b}, {c}):\n\tif {b} == {n}:\n\t\treturn {c}\n\n",
    "    // {a} and {b}\n    private final {b} {c} = new {b}({n}, \"{a}\");\n",
    "========================================\n{a}: {n}-{n}\n----------------\n",
]
TRICKY = [
    "", " ", "  ", " a", "a ", "  a  b   c    d", "\n", "\n\n  x", "\t\tx", "a\r\nb", "1234567890", "x=12;y=3.5e-7", "café naïve",
    "e\u0301e\u0301", "你好世界 🙂🙃 👩‍👩‍👧", "\u2581x \u2581", "<0x41>", "<s>[INST", "def f(x):\n    return x\n\n\n        y",
    "=" * 100, " " * 50, "a" * 60, "\u00a0 \u3000", "Größe der Straße", "это белая зима", "\x01\x7f", "\ufffd",
]


def corpus(folder):
    draw = random.Random(7)
    documents = []
    for number in range(220):
        kind = draw.choices(["en", "de", "fr", "ru", "zh", "code"], [10, 3, 2, 1, 1, 5])[0]
        text = ""
        if kind == "code":
            for _ in range(draw.randrange(2, 5)):
                a, b, c = (draw.choice(WORDS["en"]) + draw.choice(WORDS["en"]).capitalize() for _ in range(3))
                text += draw.choice(CODE).format(a=a, b=b, c=c, n=draw.randrange(1000))
        else:
            for _ in range(draw.randrange(2, 7)):
                words = WORDS[kind]
                chosen = [words[min(int(draw.expovariate(0.05)), len(words) - 1)] for _ in range(draw.randrange(4, 14))]
                chosen[0] = chosen[0].capitalize()
                if draw.random() < 0.2:
                    chosen.insert(1, str(draw.randrange(10000)))
                text += ("" if kind == "zh" else " ").join(chosen) + draw.choice([". ", ".\n", "?\n\n", ", (" + words[0] + ")! "])
        documents.append(text)
    with open(folder + "/corpus.jsonl", "w", encoding="utf-8") as out:
        for text in documents:
            out.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    learnt = folder + "/sentencepiece"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(documents), model_prefix=learnt, model_type="bpe", vocab_size=800, byte_fallback=True,
        split_digits=True, normalization_rule_name="identity", remove_extra_whitespaces=False, allow_whitespace_only_pieces=True,
        character_coverage=0.9995, max_sentence_length=1 << 26, control_symbols=["[INST]", "[/INST]"], num_threads=1, minloglevel=2,
    )
    theirs = sentencepiece.SentencePieceProcessor(model_file=learnt + ".model")
    found = {
        "pieces": [theirs.id_to_piece(i) for i in range(len(theirs))],
        "tokens": sum(len(theirs.encode(text)) for text in documents),
    }
    write(folder + "/sentencepiece.json", found)


def ids(made, folder):
    model = sentencepiece.SentencePieceProcessor(model_file=made + "/tokenizer.model")
    hugging_face = Tokenizer.from_file(made + "/tokenizer.json")
    texts = TRICKY + [json.loads(line)["text"] for line in list(open(folder + "/corpus.jsonl", encoding="utf-8"))[::10]]
    cases = []
    for text in texts:
        expected = model.encode(text)
        assert hugging_face.encode(text, add_special_tokens=False).ids == expected or "<s>" in text, repr(text)
        cases.append({"text": text, "ids": expected})
    digests = {
        name: hashlib.sha256(open(made + "/" + name, "rb").read()).hexdigest()
        for name in ["tokenizer.model", "tokenizer.json"]
    }
    write(folder + "/ids.json", {"sha256": digests, "cases": cases})


def write(file, content):
    with open(file, "w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=True, separators=(",", ":"))
        out.write("\n")


if sys.argv[1] == "corpus":
    corpus(sys.argv[2])
else:
    ids(sys.argv[2], sys.argv[3])
