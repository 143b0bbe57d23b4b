"""Makes the small tokenizers and golden files of core/src/test/resources/sirocco/text (CC0).

Run in that folder with Python 3.11, tokenizers 0.23.2, tiktoken 0.14.0, sentencepiece 0.2.2:
    python tokenizer_goldens.py
The ids come from those libraries, never from Sirocco.
"""

import base64
import json
import random

import sentencepiece
import tiktoken
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

SENTENCES = [
    "The quick brown fox jumps over the lazy dog, and it doesn't even look back.",
    "We'll see whether they've read what I'd written; it's 12345 words in 2024.",
    "def add(a, b):\n    return a + b  # sum\n\n\nfor i in range(10):\n\tprint(i, add(i, 1))",
    "Der Schnee fällt über Nacht; die Straße ist morgens weiß und glatt.",
    "L'été dernier, nous étions à la plage où le sable brûlait nos pieds.",
    "Снег идёт всю ночь, и утром улица белая. Привет, мир!",
    "東京は夜の七時、電車が静かに走る。今日は天気がいいですね。",
    "السلام عليكم ورحمة الله وبركاته",
    "नमस्ते दुनिया, आप कैसे हैं?",
    "emoji: 😀 👩‍👩‍👧‍👦 🇩🇪 ❤️ and math: ∑ x² ≤ ∞, a → b",
    "HELLO World CamelCase snake_case kebab-case http://example.org/a/b?c=d&e=f#g",
    "    indented\n        more\r\n\r\n\tmixed \t spaces   end   ",
    "1 22 333 4444 55555 1,234,567.89 0x1F ½ ⅷ ٣",
    "He said: \"What?!\" -- then ... nothing [at all] {really} <tag> </tag>",
]

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TEKKEN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def texts():
    """Whole sentences, tricky strings, and seeded mixtures of characters that cut differently."""
    out = [""] + SENTENCES + [" " + s[:20] for s in SENTENCES[:6]]
    out += [" ", "  ", "   ", "\n", " \n", "\n ", "\r\n", "\t", "a", " a", "a ", "a  b", "  a  b  "]
    out += ["'S 'T IT'S it's 'ſ DON'T", "x'll y'LL z'Re", "\u00a0x\u2003y\u3000z\u0085w\u1680",
            "\u180e\u200b\ufeff\u2028\u2029", "\u001c\u001d\u001e\u001f", "e\u0301\u0301 cafe\u0301",
            "ǅ ǈ ʰ ª ⓐ Ⅷ ⅷ", "\0 nul \x7f", "\U0001D400\U0001D7D8\U00020000\U0010FFFF", "a\u0300b",
            "1234567890123", "a1b2c3", "______", "----\n\n----\n", "//// /// //\n/", "?!?!\r\n\r\n",
            "▁▁ ▁a", "<s> </s> [INST] <|endoftext|>", "aaaaaaaaaaaaaaaaa", "=" * 50, " " * 33,
            "ABCdefGHI JKLmno ÀÉÎõü ЯЯя", "[REF][REF] a[REF]b [REF", "<tag><tag>bring inging =====x"]
    rng = random.Random(7)
    pool = list("aA1' \n\r\tsé√я東٣.!/_-\u0301\u00a0\u2028") + ["'s", "'LL", "  ", "ß", "😀", "ǅ"]
    for _ in range(60):
        out.append("".join(rng.choice(pool) for _ in range(rng.randint(2, 24))))
    return out


def write(name, encode, decode):
    with open(name, "w", encoding="ascii") as f:
        for text in texts():
            ids = encode(text)
            f.write(json.dumps({"text": text, "ids": ids, "decoded": decode(ids)}) + "\n")


def save(tokenizer, name):
    with open(name, "w", encoding="utf-8") as f:
        f.write(tokenizer.to_str(pretty=False))


def train(pre_tokenizer, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(SENTENCES * 3, trainer)
    return tokenizer


def split(pattern):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def gpt2():
    t = train(pre_tokenizers.ByteLevel(add_prefix_space=False), 460)
    t.add_tokens([AddedToken("<tag>", normalized=False)])
    save(t, "gpt2-small.json")
    write("gpt2-small.jsonl", lambda s: t.encode(s).ids, lambda i: t.decode(i))


def llama3():
    t = train(split(LLAMA3), 420)
    spec = json.loads(t.to_str())
    # Tokens that only `ignore_merges` reaches: no merge makes them.
    for text in [" Schnee", "東京", "printing"]:
        spelled = spec_bytes(text)
        spec["model"]["vocab"].setdefault(spelled, len(spec["model"]["vocab"]))
    spec["model"]["ignore_merges"] = True
    t = Tokenizer.from_str(json.dumps(spec))
    bos = t.get_vocab_size()
    t.add_special_tokens(["<|begin_of_text|>", "<|eot_id|>"])
    t.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(
            single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A $B",
            special_tokens=[("<|begin_of_text|>", bos)])])
    save(t, "llama3-small.json")
    write("llama3-small.jsonl", lambda s: t.encode(s, add_special_tokens=False).ids,
          lambda i: t.decode(i))


def spec_bytes(text):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(
        text)[0][0]


def tekken():
    t = train(split(TEKKEN), 400)
    unspell = {spec_byte(b): b for b in range(256)}
    merged = [bytes(unspell[c] for c in "".join(m))
              for m in (tuple(x) for x in json.loads(t.to_str())["model"]["merges"])]
    ranked = list(dict.fromkeys([bytes([b]) for b in range(256)] + merged))
    used, special = len(ranked) - 10, 24
    vocab = [{"rank": r, "token_bytes": base64.b64encode(b).decode(), "token_str": text_of(b)}
             for r, b in enumerate(ranked)]
    names = ["<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "<pad>", "[THINK]"]
    spec = {
        "config": {"pattern": TEKKEN, "num_vocab_tokens": len(vocab),
                   "default_vocab_size": used + special, "default_num_special_tokens": special,
                   "version": "v13"},
        "vocab": vocab,
        "special_tokens": [{"rank": r, "token_str": s, "is_control": True}
                           for r, s in enumerate(names)],
    }
    with open("tekken-small.json", "w", encoding="utf-8") as f:
        json.dump(spec, f, ensure_ascii=False)
    encoding = tiktoken.Encoding(
        "small", pat_str=TEKKEN, special_tokens={},
        mergeable_ranks={b: r for r, b in enumerate(ranked[:used])})
    write("tekken-small.jsonl",
          lambda s: [i + special for i in encoding.encode(s, disallowed_special=())],
          lambda i: encoding.decode([x - special for x in i]))


def spec_byte(b):
    printable = 0x21 <= b <= 0x7E or 0xA1 <= b <= 0xFF and b != 0xAD
    others = [x for x in range(256) if not (0x21 <= x <= 0x7E or 0xA1 <= x <= 0xFF and x != 0xAD)]
    return chr(b) if printable else chr(256 + others.index(b))


def text_of(b):
    try:
        return b.decode("utf-8")
    except UnicodeDecodeError:
        return None


def sentences_file():
    with open("/tmp/sentences.txt", "w", encoding="utf-8") as f:
        for s in SENTENCES * 5:
            f.write(s.replace("\n", " ").replace("\r", " ") + "\n")
    with open("/tmp/rules.tsv", "w", encoding="utf-8") as f:
        for source, target in [("ß", "ss"), ("é", "e"), ("e\u0301", "e"), ("\u00a0", " "),
                               ("\t", " "), ("\n", " "), ("\r", ""), ("½", "1 / 2"), ("--", "—"),
                               ("---", "–"), ("😀", ":)"), ("\u3000", "  ")]:
            f.write(" ".join(f"{ord(c):X}" for c in source) + "\t"
                    + " ".join(f"{ord(c):X}" for c in target) + "\n")


def pieces(name, change=None, **options):
    """A SentencePiece model and its golden file."""
    sentencepiece.SentencePieceTrainer.train(
        input="/tmp/sentences.txt", model_prefix="/tmp/small", model_type="bpe", num_threads=1,
        minloglevel=2, **options)
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(open("/tmp/small.model", "rb").read())
    proto.normalizer_spec.normalization_rule_tsv = ""
    proto.trainer_spec.input[:] = []
    if change:
        change(proto)
    data = proto.SerializeToString()
    with open(name + ".model", "wb") as f:
        f.write(data)
    sp = sentencepiece.SentencePieceProcessor(model_proto=data)
    write(name + ".jsonl", sp.encode, sp.decode)
    return proto


def rules():
    """Own normalisation rules, squeezed spaces, no byte fallback, whole and unused tokens."""
    def unused(proto):
        normal = [p for p in proto.pieces if p.type == 1 and len(p.piece) > 1]
        for p in normal[3::7]:
            p.type = 5
    pieces("sp-rules", unused, vocab_size=300, normalization_rule_tsv="/tmp/rules.tsv",
           remove_extra_whitespaces=True, character_coverage=0.98,
           user_defined_symbols=["<tag>", "ing", "in", "=="])


def bytes_fallback():
    """As Mistral's models are; and the same as Hugging Face's tokenizer.json."""
    proto = pieces("sp-bytes", vocab_size=500, normalization_rule_name="identity",
                   remove_extra_whitespaces=False, byte_fallback=True, character_coverage=0.98,
                   allow_whitespace_only_pieces=True, split_digits=True,
                   user_defined_symbols=["[REF]"])
    vocab = {p.piece: i for i, p in enumerate(proto.pieces)}
    merges = []
    for p in proto.pieces:
        if p.type == 1:
            for i in range(len(p.piece) - 1, 0, -1):
                if p.piece[:i] in vocab and p.piece[i:] in vocab:
                    merges.append((p.score, i, (p.piece[:i], p.piece[i:])))
    merges.sort(key=lambda m: m[:2], reverse=True)
    t = Tokenizer(models.BPE(vocab, [m[2] for m in merges], unk_token="<unk>", fuse_unk=True,
                             byte_fallback=True))
    t.add_special_tokens(["<unk>", "<s>", "</s>"])
    t.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    t.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
        decoders.Strip(" ", 1, 0)])
    t.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    save(t, "sp-bytes.json")
    prompts = ["<s>[X] Hi</s>", "<s> a b</s>c", "x<s>y</s> <s>", "</s><s>", "a", " <unk>b"]
    with open("sp-bytes-prompts.jsonl", "w", encoding="ascii") as f:
        for text in prompts:
            ids = t.encode(text, add_special_tokens=False).ids
            f.write(json.dumps({"text": text, "ids": ids, "decoded": t.decode(ids)}) + "\n")


gpt2()
llama3()
tekken()
sentences_file()
rules()
bytes_fallback()
