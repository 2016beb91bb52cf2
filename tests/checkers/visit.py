"""What a visitor does and no generator can guess: asks for a sum about the show that is there, and solves it.

Loaded by schemathesis (sync/server/tests/api/schemathesis.rs). The first call of either kind is made right, all others are left
as they were generated.
"""

import os

import requests
import schemathesis

WORDS = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
API = "application/vnd.api+json"
EPISODE = os.environ["EPISODE"]
made_right = set()


def identifier(kind, name):
    return {"data": {"type": kind, "id": name}}


def sum_wanted():
    return {
        "data": {
            "type": "challenge",
            "attributes": {},
            "relationships": {"podcast": identifier("podcast", "test-podcast")},
        }
    }


def comment(base):
    answer = requests.post(base + "/challenges/", json=sum_wanted(), headers={"Content-Type": API}, timeout=20)
    asked = answer.json()["data"]
    terms = asked["attributes"]["challenge-string"].split(" plus ")
    return {
        "data": {
            "type": "comment",
            "attributes": {
                "name": "Dave",
                "text": "Hello",
                "challenge-answer": sum(WORDS.index(term) for term in terms),
            },
            "relationships": {
                "challenge": identifier("challenge", asked["id"]),
                "podcast-content": identifier("episode", EPISODE),
            },
        }
    }


@schemathesis.hook
def before_call(context, case, kwargs):
    label = case.operation.label
    if label in made_right or label not in ("POST /challenges/", "POST /comments/"):
        return
    made_right.add(label)
    case.media_type = API
    case.body = sum_wanted() if label == "POST /challenges/" else comment(os.environ["BACKEND"])
