"""Makes golden.json and a .json.gz of each tokenizer: small tokenizers in the layouts of XLM-R, BERT and RoBERTa, and
what Hugging Face's tokenizers make of texts.

    pip install sentencepiece==0.2.* tokenizers==0.23.*
    python tokenizer.py

The vocabulary is trained on sentences put together below.
"""
import base64
import gzip
import itertools
import json
import pathlib
import random

from tokenizers import Regex, normalizers

import layouts

here = pathlib.Path(__file__).parent
parts = {
    "en": (["A woven silk textile", "Length of velvet", "Embroidered panel", "Fragment of a chasuble", "Brocaded satin"],
           ["with flowers and birds", "with pomegranates in gold thread", "showing two lions", "with a cut pile on a plain ground"],
           ["made in Spain", "probably from Valencia", "woven in Lyon", "from Italy"],
           ["in the 18th century", "between 1720 and 1750", "c. 1895", "in the first half of the sixteenth century"]),
    "es": (["Tejido de seda", "Terciopelo labrado", "Fragmento de casulla", "Damasco de dos caras", "Pañuelo bordado"],
           ["con decoración de flores y pájaros", "con hilos de oro", "con motivos vegetales", "de fondo raso y trama brocada"],
           ["hecho en España", "procedente de Valencia", "tejido en Toledo", "de Italia"],
           ["del siglo XVIII", "s. XVI", "hacia 1760", "de la primera mitad del siglo XIX"]),
    "fr": (["Étoffe de soie façonnée", "Velours coupé", "Robe à la française", "Gilet d’homme brodé", "Œuvre de tapisserie"],
           ["à décor de fleurs et d'oiseaux", "aux fils d'or", "à motifs végétaux", "à fond satin, trame lancée et brochée"],
           ["tissée à Lyon", "provenant d'Espagne", "de fabrication française", "d'Italie"],
           ["du XVIIIe siècle", "première moitié du XIXe siècle", "vers 1780", "entre 1720 et 1730"]),
    "ca": (["Teixit de seda", "Vellut tallat", "Fragment de casulla", "Domàs de dues cares", "Mocador brodat"],
           ["amb decoració de flors i ocells", "amb fils d'or", "amb col·lecció de motius", "de fons ras i trama brocada"],
           ["fet a Catalunya", "procedent de València", "teixit a Barcelona", "d'Itàlia"],
           ["del segle XVIII", "segle 15", "cap al 1760", "de la primera meitat del segle XIX"]),
    "it": (["Tessuto di seta", "Velluto tagliato", "Frammento di pianeta", "Damasco a due facce", "Fazzoletto ricamato"],
           ["con decorazione di fiori e uccelli", "con fili d'oro", "con motivi vegetali", "a fondo raso e trama broccata"],
           ["fatto in Italia", "proveniente da Genova", "tessuto a Venezia", "della Spagna"],
           ["del XVIII secolo", "del secolo XV", "verso il 1760", "della prima metà dell'Ottocento"]),
}
sentences = [f"{', '.join(words)}." for language in parts.values() for words in itertools.product(*language)]
random.Random(1).shuffle(sentences)
vocabulary, characters = layouts.sentencepiece_unigram(sentences, 700, character_coverage=1.0, num_threads=1)
charsmap = normalizers.Precompiled(characters)
published = layouts.xlm_roberta(vocabulary, charsmap)
# What transformers' converter of SentencePiece models writes.
converted = layouts.xlm_roberta(vocabulary, normalizers.Sequence(
    [charsmap, normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "▁")]), layouts.metaspace)

texts = [
    "", " ", "   \t\n ", "a", "Tejido de seda con flores, s. XVIII.", "  Velvet   with  many   blanks  ",
    "col·lecció", "col\u00b7l", "col\u0140lecci\u00f3", "L’œuvre, l'Œuvre", "Ægidius, straße, ßœæ",
    "seda\u00a0natural\u202fde\u2009Lyon", "de\u0301cor tisse\u0301 a\u0300 Lyon", "Espan\u0303a", "A\u030a\u0301ngstro\u0308m",
    "q\u0323\u0307\u0301\u0300", "ﬁl d'or, ﬂeurs, eﬃgie, ﬅ", "① ½ ㎏ ™ ℃ № ℡ ㍿", "Ｆｕｌｌｗｉｄｔｈ　ｔｅｘｔ～",
    "zero\u200bwidth\u200c\u200d\ufeffjoin\u2060er", "soft\u00adhyphen", "bell\u0007and\u0000null\u001b[0m\u007f\u0085next",
    "line\nbreak\r\ncarriage\rreturn\ttab\u000bvertical\u000cfeed\u2028\u2029", "🧵 👩‍🎨 👩🏽‍🎨 🇪🇸🇫🇷 ❤️ 😀", "😀😀😀 unknown😀words",
    "絹織物 ビロード ｶﾞｷﾞ ﾊﾟ 한국어 각", "نسيج من الحرير ﻻ ﷺ", "שָׁלוֹם", "हिन्दी क्षत्रिय", "ไทย กำ", "и\u0306 й Ё",
    "velvet" * 300, "x" * 2000, "▁already▁there▁ ▁", "a▁b", "<s> text </s>", "before <mask> after<mask>x", "<unk><pad>", "<sx>",
    "1.234,56 € – “quoted” «guillemets» … — ‘x’", "c. 1895; s. XVI-XVII (1550–1620)", "http://data.silknow.org/object/1?a=b&c=d",
    "\ufffd \ufffe \U000f0000 \U0010ffff \ue000", "Ⅷ Ⅻ ⅷ siècle", "ª º ¹ ² ³", "ǅ ǆ ĳ ŉ", "ſ ẛ̣", "e\u0301\u0301\u0301\u0301\u0301",
    "\u0301leading mark", " \u0301blank mark", "tab\u0009\u0301mark", "한\u1100\u1161\u11a8글", "\u1e9b\u0323", "a\u0315\u0300\u05ae\u0062",
    "ΑΎΤΌΣ \u1fbc \u03b1\u0345", "\u2126 \u212b \u00c5", "\u3000\u3000indent", "ｱ\u3099", "word\u2581", "\u2581", "\u2581\u2581",
    "👍" * 50, "no😀blank😀", "\u200e\u200fmarks\u202aembedding\u202c", "x\u20dd combining circle", "\u0f77\u0f79",
    "crlf\r\n\r\nend", "trailing blank ", "two  blanks", "tab\t\ttab", "\u00a0", "a\u00a0", "\u200b", "a\u200b b",
]
texts += [
    "Gérard's d'or, it's we'll they've", "ΟΔΟΣ σίγμα ΣΑΣ", "İstanbul ﬁn", "[CLS] [MASK]x [UNK]", "l’hôtel—vieux…(1750)", "a" * 100 + " " + "b" * 101,
    "  two  blanks   before", "tab\tline\n\n end  ", "1750s № 12,5 x10²", "\ue000private\ufffdlost\u200bzero", "𠮷野家 漢字かな交じり",
    "+++---***", "$5 <b>bold</b> `code` ^~|", "Ça va? «Été»", "won't 'sixties ''quotes''", "aaaaaaaaaaaaaaaaaaaaaa", "xyxyxyxyxyxyxy zzz",
]
texts += sentences[:10]
cased, uncased = layouts.bert(sentences, 500, False), layouts.bert(sentences, 500, True)
plain, prefixed = layouts.roberta(sentences, 700), layouts.roberta(sentences, 700, True)
golden = {"texts": texts}
for name, made in dict(published=published, converted=converted, cased=cased, uncased=uncased, roberta=plain, prefixed=prefixed).items():
    golden[name] = [made.encode(text).ids for text in texts]


def layout(made):
    """What of the file is not the vocabulary or the character map, which both share."""
    file = json.loads(made.to_str())
    del file["model"]["vocab"]
    return json.loads(json.dumps(file).replace(base64.b64encode(characters).decode(), "CHARSMAP"))


for name, made in {"tokenizer": published, "cased": cased, "uncased": uncased, "roberta": plain, "prefixed": prefixed}.items():
    (here / f"{name}.json.gz").write_bytes(gzip.compress(made.to_str().encode(), 9, mtime=0))
golden["convertedLayout"] = layout(converted)
(here / "golden.json").write_text(json.dumps(golden, ensure_ascii=True) + "\n")
