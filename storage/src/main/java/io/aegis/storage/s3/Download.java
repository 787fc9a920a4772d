package io.aegis.storage.s3;

import io.aegis.storage.ObjectStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * What came back of an object.
 *
 * @param content empty if the object cannot give all that was asked for
 * @param objectSize of the whole object, in bytes
 */
record Download(byte[] content, long objectSize) {
  private static final byte[] NOTHING = {};

  /** For an object of which nothing was transferred. */
  static Download none(long objectSize) {
    return new Download(NOTHING, objectSize);
  }

  /** The whole object, unless it is larger than {@link ObjectStore#FIND_LIMIT}. */
  static Download whole(GetObjectResponse response, AbortableInputStream in) throws IOException {
    long size = response.contentLength();
    if (size > ObjectStore.FIND_LIMIT.bytes()) {
      return none(size);
    }
    return new Download(readFully(in, (int) size), size);
  }

  /** Exactly {@code length} bytes from {@code offset} on, or nothing if the object ends before. */
  static Download range(
      GetObjectResponse response, AbortableInputStream in, long offset, int length)
      throws IOException {
    boolean partial = response.contentRange() != null;
    long size = partial ? totalOf(response.contentRange()) : response.contentLength();
    if (size - offset < length) {
      return none(size);
    }
    if (partial) {
      return new Download(readFully(in, length), size);
    }
    var all =
        readFully(in, Math.toIntExact(offset + length)); // RFC 9110 14.2: it may ignore ranges
    return new Download(Arrays.copyOfRange(all, (int) offset, all.length), size);
  }

  // RFC 9110 14.4: "bytes 3-6/10"; S3 always knows the total.
  private static long totalOf(String contentRange) throws IOException {
    try {
      return Long.parseLong(contentRange.substring(contentRange.indexOf('/') + 1));
    } catch (NumberFormatException e) {
      throw new IOException("the server's Content-Range makes no sense: " + contentRange, e);
    }
  }

  private static byte[] readFully(InputStream in, int length) throws IOException {
    var content = new byte[length];
    int count = in.readNBytes(content, 0, length);
    if (count < length) {
      throw new EOFException("the answer ended after " + count + " of " + length + " bytes");
    }
    return content;
  }
}
