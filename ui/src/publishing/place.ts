// From the fields of the form to the address of a target, as DESIGN §4 writes it. Pure.

export type Kind = "server" | "bucket" | "remote" | "folder";
/** How a folder on another machine is spoken to. */
export const protocols = ["webdav", "sftp", "ftps"] as const;
export type Protocol = (typeof protocols)[number];

/** Whose storage a bucket stands in, as its address begins. */
export const services = ["s3", "az", "gcs"] as const;
export type Service = (typeof services)[number];

export interface Written {
  service: Service;
  address: string;
  folder: string;
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  pathStyle: boolean;
  protocol: Protocol;
  host: string;
  user: string;
  path: string;
}

/** `server+https://host`, `s3://bucket/prefix?endpoint=…`, `az://container/prefix`, `gcs://bucket/prefix`, `webdavs://user@host/path`, `sftp://user@host:22/path`, `ftps://user@host/path`, `file:///path`. */
export function targetUrl(kind: Kind, written: Written): string {
  if (kind === "folder") {
    const folder = written.folder.trim();
    return folder.startsWith("file:") ? folder : `file://${folder.split("/").map(encodeURIComponent).join("/")}`;
  }
  if (kind === "server") {
    const given = written.address.trim().replace(/\/+$/, "");
    return given.startsWith("server+") ? given : `server+${/^https?:\/\//.test(given) ? given : `https://${given}`}`;
  }
  if (kind === "remote") {
    const plain = /^http:\/\//i.test(written.host.trim());
    const scheme = written.protocol !== "webdav" ? written.protocol : plain ? "webdav" : "webdavs";
    const host = written.host.trim().replace(/^[a-z]+:\/\//i, "").replace(/\/+$/, "");
    const user = written.user.trim() ? `${encodeURIComponent(written.user.trim())}@` : "";
    const path = written.path.trim().replace(/\/+$/, "").split("/").map(encodeURIComponent).join("/");
    return `${scheme}://${user}${host}${path && !path.startsWith("/") ? "/" : ""}${path}`;
  }
  const prefix = written.prefix.trim().replace(/^\/+|\/+$/g, "");
  const endpoint = written.endpoint.trim().replace(/\/+$/, "");
  const query = new URLSearchParams();
  if (endpoint) query.set("endpoint", /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`);
  const s3 = written.service === "s3";
  if (s3 && written.region.trim()) query.set("region", written.region.trim());
  if (s3 && written.pathStyle) query.set("path_style", "true");
  return `${written.service}://${written.bucket.trim()}${prefix ? `/${prefix}` : ""}${query.size > 0 ? `?${query}` : ""}`;
}

/** Whether it speaks plain http to another machine. */
export const plainHttp = (text: string): boolean => {
  const found = /^(?:server\+)?http:\/\/(\[[^\]]*\]|[^/:]+)/i.exec(text.trim());
  return found !== null && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(found[1] ?? "");
};
