// Words and how numbers and times are written. Expected values are written out by hand.
import { describe, expect, it } from "vitest";
import { bytes, count, date, day, duration, level, localField, moment, position } from "../src/shared/format";
import { maybe, t, word } from "../src/shared/strings";
import { en } from "../src/shared/strings/en";

describe("words", () => {
  it("fills in values and chooses the form", () => {
    expect(t("show.count", { count: 1 })).toBe("1 episode");
    expect(t("show.count", { count: 0 })).toBe("0 episodes");
    expect(t("show.count", { count: 12345 })).toBe("12,345 episodes");
    expect(t("publish.go", { count: 1 })).toBe("Publish 1 change");
    expect(t("episode.removeAsk", { title: "A {title} in braces" })).toBe("Remove “A {title} in braces”?");
  });
  it("falls back where there is no word", () => {
    expect(maybe("phase.upload", "x")).toBe("sending");
    expect(maybe("phase.unknown", "x")).toBe("x");
    expect(word("common.cancel")).toBe("Cancel");
  });
  it("has the same values in both forms of a pair, but for the count", () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).filter((n) => n !== "count").sort();
    for (const [key, entry] of Object.entries(en)) {
      if (typeof entry !== "string") expect(names(entry.one), key).toEqual(names(entry.other));
    }
  });
  it("has words for every reason of the counting rule and every kind of retry", () => {
    for (const reason of ["method", "status", "tiny_range", "unpublished", "no_user_agent", "bot", "excluded_ip", "below_minute", "ip_over_cap", "replayed_log_row"]) {
      expect(maybe(`drop.${reason}`, "")).not.toBe("");
      expect(maybe(`drop.${reason}Text`, "")).not.toBe("");
    }
    for (const retry of ["no", "later", "after_action"]) expect(maybe(`error.retry.${retry}`, "")).not.toBe("");
  });
});

describe("numbers and times", () => {
  it("writes lengths", () => {
    expect(duration(2_366_000)).toBe("39:26");
    expect(duration(3_723_400)).toBe("1:02:03");
    expect(duration(0)).toBe("0:00");
    expect(duration(null)).toBe("–");
    expect(position(880_250)).toBe("14:40.2");
  });
  it("writes sizes in powers of a thousand", () => {
    expect(bytes(999)).toBe("999 B");
    expect(bytes(1_000)).toBe("1.0 kB");
    expect(bytes(38_200_000)).toBe("38.2 MB");
    expect(bytes(412_000)).toBe("412 kB");
    expect(bytes(999_960)).toBe("1.0 MB");
  });
  it("writes levels with a true minus", () => {
    expect(level(-16)).toBe("−16.0");
    expect(level(null)).toBe("–");
  });
  it("never writes an unknown count as nought", () => {
    expect(count(null)).toBe("–");
    expect(count(0)).toBe("0");
    expect(count(12480)).toBe("12,480");
  });
  it("writes times in the zone it is given", () => {
    const ms = Date.UTC(2027, 0, 5, 5, 0);
    expect(moment(ms, "Europe/Berlin")).toBe("Tue 5 Jan 2027 06:00");
    expect(moment(ms, "Pacific/Chatham")).toBe("Tue 5 Jan 2027 18:45");
    expect(date(Date.UTC(2026, 11, 29, 23, 30), "Pacific/Chatham")).toBe("30 Dec 2026");
    expect(day("2026-11-20")).toBe("20 Nov");
  });
  it("fills a date field so that it reads back as the same instant", () => {
    const ms = Date.UTC(2026, 5, 1, 12, 30);
    expect(new Date(localField(ms)).getTime()).toBe(ms);
    expect(localField(null)).toBe("");
  });
});
