"""Writes counts.json: texts, and how many tokens tiktoken counts in each.

    pip install tiktoken==0.14.0
    python3 make_counts.py o200k_base.tiktoken

The vocabulary is the file that tiktoken itself loads.
"""
import base64, hashlib, json, pathlib, random, sys

import tiktoken

SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
PATTERN = "|".join([
    r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
    r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
    r"""\p{N}{1,3}""",
    r""" ?[^\s\p{L}\p{N}]+[\r\n/]*""",
    r"""\s*[\r\n]+""",
    r"""\s+(?!\S)""",
    r"""\s+""",
])
TEXTS = [
    "", "a", " ", "  ", "\n", " \n ", "\r\n\r\n  x", "x  \t ", "don't WON'T it'LL", "1234567 89", "/*//**/\n//x",
    ");\n\n/// doc", "fooBarBAZ_quxÀÉÎõü", "日本語のテキスト", "🙂👩‍👩‍👧‍👦", "e\u0301\u0301a", "\u0000\u0001", "\u2003 \u2003x",
    "await tools.git.git_log({ repo_path: '.' })\n", "<|endoftext|>", "İstanbul ǅ ʼn", "a\u00a0\u00a0b\u3000",
]
UNITS = ["a", "ab", " a", "é", "=", "\u2003", "Z", "0", "/", " \n", "'s", "🙂", "xY"]

data = pathlib.Path(sys.argv[1]).read_bytes()
assert hashlib.sha256(data).hexdigest() == SHA256
ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in data.splitlines())}
encoding = tiktoken.Encoding("o200k_base", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
words = list(ranks)
draw = random.Random(7)
texts = TEXTS + [b"".join(draw.choices(words, k=30)).decode("utf-8", "replace") for _ in range(200)]
texts += ["".join(chr(draw.choice([draw.randrange(0x20, 0x7F), draw.randrange(0xA0, 0x2000)])) for _ in range(40)) for _ in range(60)]
cases = [{"text": text, "times": 1} for text in texts] + [{"text": unit, "times": 3000} for unit in UNITS]
for case in cases:
    case["tokens"] = len(encoding.encode_ordinary(case["text"] * case["times"]))
out = pathlib.Path(__file__).parent / "counts.json"
out.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
