// Posts: news of the show's website, without sound. German.
import type { posts as english } from "../en/posts";
import type { Words } from "../types";

export const posts: Words<typeof english> = {
  "posts.new": "Neuer Beitrag",
  "posts.newTitle": "Beitrag ohne Titel",
  "posts.filter": "Beiträge",
  "posts.about": "Für die Website der Sendung. Er hat keinen Ton und steht nicht im Feed.",
  "posts.noSound": "Ein Beitrag hat keinen Ton. Leg für „{name}“ eine Folge an.",
  "posts.noFile": "Ein Beitrag nimmt ein Bild und keine andere Datei.",
  "posts.titleLabel": "Titel des Beitrags",
  "posts.edit": "Stand und Datum",
  "posts.remove": "Diesen Beitrag entfernen …",
  "posts.inspector": "Zu diesem Beitrag",
  "checks.postPictureMissing": "Weder dieser Beitrag noch die Sendung hat eines",
  "posts.onSite": "Auf der Website",
  "posts.drop": "Loslassen: ein Bild",
  "posts.withdrawText": "Er verlässt jetzt den Server. Seine Dateien werden an jedem Ort gelöscht, und keine Version mit ihm kommt je zurück. Was er sagte, wird hier und auf dem Server vergessen. Deine eigenen Bilder bleiben auf diesem Rechner. Das lässt sich nicht zurücknehmen.",
  "keys.newPost": "Neuer Beitrag",
  "publish.newPost": "Neuer Beitrag",
};
