"""Annif (Suominen 2019), a vocabulary and projects per task; of its backends and their ensembles the best macro-F1 on validation."""
import logging
import os
import tempfile
import warnings

os.environ.setdefault("ANNIF_CONFIG", "annif.default_config.TestingConfig")
logging.disable(logging.WARNING)
warnings.filterwarnings("ignore")

import nltk
from annif.corpus import Document, DocumentFileTSV
from annif.exception import OperationFailedException
from annif.registry import AnnifRegistry
from annif.vocab import VocabFileSKOS
from exchange import Clock, labelled, macro_f1, main
from rdflib import Graph, Literal, URIRef
from nltk.tokenize.punkt import PunktTrainer, save_punkt_params
from rdflib.namespace import RDF, SKOS



def provide_sentence_splitter(folder, texts):
    """Annif splits sentences with NLTK's Punkt, whose parameters are a download; without it they are learnt from the texts."""
    try:
        nltk.data.find("tokenizers/punkt_tab/english/")
    except LookupError:
        trainer = PunktTrainer()
        for text in texts:
            trainer.train(text, finalize=False)
        parameters = os.path.join(folder, "tokenizers", "punkt_tab", "english")
        os.makedirs(parameters)
        save_punkt_params(trainer.get_params(), parameters)
        nltk.data.path.append(folder)


backends = {
    "tfidf": "backend=tfidf\nanalyzer=snowball(english)",
    "svc": "backend=svc\nanalyzer=snowball(english)\nngram=2\nmin_df=2",
    "omikuji": "backend=omikuji\nanalyzer=snowball(english)\nngram=2\nmin_df=2",
    "fasttext": "backend=fasttext\nanalyzer=snowball(english)\ndim=100\nlr=0.5\nepoch=30\nloss=softmax\nthread=1",
    "mllm": "backend=mllm\nanalyzer=snowball(english)",
    "svc+mllm": "backend=ensemble\nsources={id}-svc:2,{id}-mllm:1",
    "svc+omikuji+mllm": "backend=ensemble\nsources={id}-svc,{id}-omikuji,{id}-mllm",
}
uri = "urn:lacuna:{}".format


def one_line(text):
    return " ".join(text.split())


def write_inputs(folder, task, texts, labels):
    identifier = task["name"]
    concepts = Graph()
    for index, one in enumerate(task["classes"]):
        concept = URIRef(uri(index))
        concepts.add((concept, RDF.type, SKOS.Concept))
        concepts.add((concept, SKOS.prefLabel, Literal(one["labels"][0], lang="en")))
        # Labels in every language count: the descriptions are not all English.
        for label in one["labels"][1:]:
            concepts.add((concept, SKOS.altLabel, Literal(label, lang="en")))
    concepts.serialize(os.path.join(folder, "vocabulary.ttl"), format="turtle")
    with open(os.path.join(folder, "train.tsv"), "w", encoding="utf-8") as file:
        for text, label in zip(texts, labels):
            file.write(f"{one_line(text)}\t<{uri(label)}>\n")
    with open(os.path.join(folder, "projects.cfg"), "w", encoding="utf-8") as file:
        for name, settings in backends.items():
            settings = settings.format(id=identifier)
            file.write(f"[{identifier}-{name}]\nname={name}\nlanguage=en\nvocab={identifier}\nlimit=100\n{settings}\n\n")


def answers_of(project, texts, most_frequent):
    subjects = project.subjects
    answers = []
    for start in range(0, len(texts), 32):
        batch = project.suggest([Document(text=one_line(text)) for text in texts[start:start + 32]])
        for result in batch:
            best = max(result, key=lambda suggestion: suggestion.score, default=None)
            # A backend that finds nothing to say says what is said most.
            answers.append(most_frequent if best is None else int(subjects[best.subject_id].uri.rsplit(":", 1)[1]))
    return answers


def answer_task(task, data, training, prediction):
    texts, labels = labelled(data["train"], task["name"])
    held, truth = labelled(data["validation"], task["name"])
    most_frequent = max(set(labels), key=labels.count)
    with tempfile.TemporaryDirectory() as folder:
        write_inputs(folder, task, texts, labels)
        registry = AnnifRegistry(os.path.join(folder, "projects.cfg"), os.path.join(folder, "data"), False)
        registry.get_vocab(task["name"]).load_vocabulary(VocabFileSKOS(os.path.join(folder, "vocabulary.ttl")))
        clocks, scores = {}, {}
        for name, settings in backends.items():
            project = registry.get_project(f"{task['name']}-{name}")
            if "ensemble" in settings:
                if not all(source in clocks for source in name.split("+")):
                    continue
            else:
                clock = Clock()
                try:
                    with clock:
                        project.train(DocumentFileTSV(os.path.join(folder, "train.tsv"), project.subjects), jobs=1)
                except OperationFailedException:
                    # MLLM learns nothing where the labels of the values never stand in the texts.
                    continue
                clocks[name] = clock
            scores[name] = macro_f1(truth, answers_of(project, held, most_frequent))
        best = max(scores, key=scores.get)
        training.seconds += sum(clocks[name].seconds for name in best.split("+"))
        with prediction:
            answers = answers_of(
                registry.get_project(f"{task['name']}-{best}"), [case["text"] for case in data["test"]], most_frequent
            )
    return answers, best


with tempfile.TemporaryDirectory() as home:
    main(answer_task, lambda data: provide_sentence_splitter(home, [case["text"] for case in data["train"]]))
