"""Writes tf-idf.json: TF-IDF values by scikit-learn, word 1-2-grams and character 2-5-grams within words."""
import json
import os
from sklearn.feature_extraction.text import TfidfVectorizer

documents = [
    "Red silk velvet, cut and uncut; red pile on a yellow ground.",
    "Fragmento de terciopelo cortado, seda carmesí, s. XVI",
    "Velours de soie rouge, galon d'or. Velours ciselé",
    "A silk damask with large pomegranates. Silk, silk, silk",
    "Domàs de seda amb decoració floral",
]
blocks = {
    "words": TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    "characters": TfidfVectorizer(ngram_range=(2, 5), analyzer="char_wb", sublinear_tf=True),
}
golden = {"documents": documents}
for name, vectoriser in blocks.items():
    rows = vectoriser.fit_transform(documents)
    golden[name] = [sorted(rows[i].data.tolist()) for i in range(len(documents))]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "tf-idf.json"), "w") as file:
    json.dump(golden, file)
