// A plan in words, its fields, and the addresses of places. Expected values are written out by hand (DESIGN §4).
import { afterEach, describe, expect, it } from "vitest";
import { fieldName, readable, told } from "../src/publishing/fields";
import { plainHttp, targetUrl, type Written } from "../src/publishing/place";
import { past, sentence } from "../src/publishing/sentence";
import { speak } from "../src/shared/strings";
import type { Plan } from "../src/bindings/Plan";
import type { VersionRow } from "../src/bindings/VersionRow";

const blank: Written = { service: "s3", address: "", folder: "", endpoint: "", region: "", bucket: "", prefix: "", pathStyle: false, protocol: "webdav", host: "", user: "", path: "" };
const plan = (changes: object[], bytes_to_send = 0) => ({ changes, bytes_to_send }) as unknown as Plan;
const change = (kind: string, table = "episode", fields: string[] = []) => ({ kind, table, fields: fields.map((field) => ({ field, before: "", after: "" })) });
afterEach(() => speak("en"));

describe("the sentence", () => {
  it("says what listeners will see, then what is sent", () => {
    expect(sentence(plan([change("added"), change("changed", "episode", ["title"])], 38_200_000))).toEqual(["1 new episode, 1 changed episode (title).", "38.2 MB to send; nothing removed."]);
    expect(sentence(plan([change("added", "show"), change("added"), change("added"), change("changed", "episode", ["title", "notes"])]))).toEqual(["1 new show, 2 new episodes, 1 changed episode.", "Nothing to send; nothing removed."]);
    expect(sentence(plan([change("removed"), change("changed", "show", ["title"])]))).toEqual(["Show details changed, 1 episode removed.", "Nothing to send."]);
  });
  it("tells what comes later apart from what listeners see at once", () => {
    const later = (kind: string) => ({ ...change(kind), at_ms: 1_795_766_400_000, zone: "Europe/Berlin" });
    expect(sentence(plan([change("added"), later("added"), later("removed")]))).toEqual(["1 new episode, 1 episode for later, 1 episode taken back before its time.", "Nothing to send; nothing removed."]);
    expect(sentence(plan([later("changed")]))[0]).toBe("1 change of what goes out later.");
  });
  it("says it in German", () => {
    speak("de");
    expect(sentence(plan([change("added")], 1_500))[0]).toBe("1 neue Folge.");
    expect(sentence(plan([change("changed", "episode", ["title"])]))[0]).toBe("1 geänderte Folge (Titel).");
    expect(sentence(plan([change("added")], 1_500))[1]).toBe("1,5 kB zu senden; nichts entfernt.");
  });
});

describe("what a version changed", () => {
  const numbers = { new_show: false, show_changed: false, added: 0, changed: 0, removed: 0, later: 0, later_changed: 0, taken_back: 0, bytes: 0 };
  const version = (told: object | undefined, restores: number | null = null) => ({ sentence: "1 changed; nothing to send.", restores, ...(told ? { told: { ...numbers, ...told } } : {}) }) as unknown as VersionRow;
  it("is told in the language of the window, from numbers", () => {
    expect(past(version({ new_show: true, added: 2, bytes: 38_200_000 })).words).toBe("1 new show, 2 new episodes, 38.2 MB sent.");
    expect(past(version({ changed: 1, field: "title" })).words).toBe("1 changed episode (title).");
    expect(past(version({ changed: 1, removed: 1 }, 3)).words).toBe("Back to version 3, 1 changed episode, 1 episode removed.");
    speak("de");
    expect(past(version({ changed: 1, field: "title" })).words).toBe("1 geänderte Folge (Titel).");
    expect(past(version({ moved_from: "old", show_changed: true, bytes: 1_500 })).words).toBe("Hierher umgezogen von „old“, 1,5 kB gesendet.");
    expect(past(version({})).words).toBe("Nichts, was Hörer bemerken.");
  });
  it("is the program's own sentence where the numbers are not kept", () => {
    expect(past(version(undefined))).toEqual({ words: "1 changed; nothing to send.", own: true });
  });
});

describe("fields of a change", () => {
  it("reads chapters and people as lists, also when they were cut", () => {
    expect(readable("chapters", '{"start_ms":0,"title":"Cold open"}, {"start_ms":61000,"title":"The {stair}"}')).toBe("0:00 Cold open\n1:01 The {stair}");
    expect(readable("chapters", '{"start_ms":0,"title":"a"}, {"start_ms":5000,"ti')).toBe("0:00 a\n…");
    expect(readable("persons", '{"name":"North Keeper","role":"guest"}')).toBe("North Keeper");
    expect(readable("title", "{not a list")).toBe("{not a list");
    expect(readable("explicit", "true")).toBe("Yes");
  });
  it("leaves out what follows from others", () => {
    const of = (field: string) => ({ field, before: "", after: "" });
    expect(told([of("chapters"), of("chapters_file"), of("image_sizes")]).map((one) => one.field)).toEqual(["chapters"]);
    expect(fieldName("itunes_new_field")).toBe("itunes new field");
  });
});

describe("the address of a place", () => {
  it("writes a server, a folder and a bucket as the terminal does", () => {
    expect(targetUrl("server", { ...blank, address: " podcast.example.org/ " })).toBe("server+https://podcast.example.org");
    expect(targetUrl("server", { ...blank, address: "http://127.0.0.1:8080" })).toBe("server+http://127.0.0.1:8080");
    expect(targetUrl("folder", { ...blank, folder: "/srv/www/my show" })).toBe("file:///srv/www/my%20show");
    expect(targetUrl("bucket", { ...blank, bucket: "tide", prefix: "/shows/a/", endpoint: "s3.example.org/", region: "eu-central-1", pathStyle: true })).toBe(
      "s3://tide/shows/a?endpoint=https%3A%2F%2Fs3.example.org&region=eu-central-1&path_style=true",
    );
    expect(targetUrl("bucket", { ...blank, bucket: "tide" })).toBe("s3://tide");
    const typed = { ...blank, bucket: "tide", prefix: "show", region: "typed before the service was chosen", pathStyle: true };
    expect(targetUrl("bucket", { ...typed, service: "gcs" })).toBe("gcs://tide/show");
    expect(targetUrl("bucket", { ...typed, service: "az", endpoint: "http://127.0.0.1:10000" })).toBe("az://tide/show?endpoint=http%3A%2F%2F127.0.0.1%3A10000");
  });
  it("writes a folder of another machine without its password", () => {
    const remote = { ...blank, user: "ada@home", path: "podcast/our show/" };
    expect(targetUrl("remote", { ...remote, host: "https://cloud.example.org/" })).toBe("webdavs://ada%40home@cloud.example.org/podcast/our%20show");
    expect(targetUrl("remote", { ...remote, host: "http://nas.local:81" })).toBe("webdav://ada%40home@nas.local:81/podcast/our%20show");
    expect(targetUrl("remote", { ...remote, protocol: "sftp", host: "web.example.org:2222", path: "/var/www" })).toBe("sftp://ada%40home@web.example.org:2222/var/www");
    expect(targetUrl("remote", { ...remote, protocol: "ftps", host: "web.example.org:2222", path: "/var/www" })).toBe("ftps://ada%40home@web.example.org:2222/var/www");
  });
  it("knows plain http to another machine", () => {
    expect(["http://nas.local:9000", "server+http://192.168.0.7"].map(plainHttp)).toEqual([true, true]);
    expect(["https://a.example", "http://127.0.0.1:1", "http://localhost", "http://[::1]:9"].map(plainHttp)).toEqual([false, false, false, false]);
  });
});
