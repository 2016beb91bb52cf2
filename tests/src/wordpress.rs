//! The export of a site of WordPress (WXR), for journeys that bring it in.

/// A post as `export_wp()` writes it; `more` stands at its end.
pub fn post(n: usize, kind: &str, status: &str, dates: [&str; 2], content: &str, more: &str) -> String {
    format!(
        r#"<item><title><![CDATA[Post {n}]]></title><link>https://site.example/?p={n}</link><pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>
<dc:creator><![CDATA[ada]]></dc:creator><guid isPermaLink="false">https://site.example/?p={n}</guid><description></description>
<content:encoded><![CDATA[{content}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{n}</wp:post_id><wp:post_date><![CDATA[{}]]></wp:post_date><wp:post_date_gmt><![CDATA[{}]]></wp:post_date_gmt>
<wp:comment_status><![CDATA[open]]></wp:comment_status><wp:post_name><![CDATA[post-{n}]]></wp:post_name><wp:status><![CDATA[{status}]]></wp:status>
<wp:post_parent>0</wp:post_parent><wp:post_type><![CDATA[{kind}]]></wp:post_type><wp:post_password><![CDATA[]]></wp:post_password>{more}</item>"#,
        dates[0], dates[1]
    )
}

/// A field of a post, as plugins keep them.
pub fn field(name: &str, value: &str) -> String {
    format!(
        "<wp:postmeta><wp:meta_key><![CDATA[{name}]]></wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
    )
}

/// The file that "Tools, Export" gives.
pub fn export(posts: &[String]) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" ?><!-- generator="WordPress/6.9" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Ada's site</title><link>https://site.example</link><description>Just another site</description><language>en-US</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>https://site.example</wp:base_site_url>
<wp:author><wp:author_login><![CDATA[ada]]></wp:author_login><wp:author_email><![CDATA[ada@site.example]]></wp:author_email></wp:author>
<wp:category><wp:term_id>1</wp:term_id><wp:category_nicename>show</wp:category_nicename></wp:category>
{}</channel></rss>"#,
        posts.join("\n")
    )
}
