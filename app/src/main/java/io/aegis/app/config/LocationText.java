package io.aegis.app.config;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** What {@code repository.location} can say. */
sealed interface LocationText {
  Pattern BUCKET =
      Pattern.compile("s3://([A-Za-z0-9][A-Za-z0-9._-]{1,62})(?:/([A-Za-z0-9._/-]*?))?/?");

  /** A directory. */
  record InDirectory(Path path) implements LocationText {}

  /** A prefix, possibly empty, of a bucket. */
  record InBucket(String bucket, String prefix) implements LocationText {}

  static LocationText parse(String text, ValueType.Anchor anchor) {
    if (text.startsWith("s3:")) {
      var written = BUCKET.matcher(text);
      if (!written.matches()) {
        throw new IllegalArgumentException("not s3://bucket/prefix");
      }
      return new InBucket(written.group(1), written.group(2) == null ? "" : written.group(2));
    }
    if (text.contains("://")) {
      throw new IllegalArgumentException("only directories and s3:// are known");
    }
    return new InDirectory(ValueType.path(text, anchor));
  }
}
