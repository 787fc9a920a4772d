package io.aegis.repository.key;

import static io.aegis.repository.RepositoryCode.MALFORMED_KEY;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Hex;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A key for machines: the line {@code aegis-key-1}, then 64 hexadecimal digits. */
public final class KeyFile {
  private static final String FORMAT = "aegis-key-1";
  private static final int KEY_BYTES = 32;

  private KeyFile() {}

  /** A new key, as its file will hold it. */
  public static Secret generate(Entropy entropy) {
    return Secret.ofText(FORMAT + "\n" + Hex.of(entropy.bytes(KEY_BYTES)) + "\n");
  }

  /**
   * @throws Refused if the content is not that of a key file
   */
  static Secret parse(Secret content) {
    return content.use(bytes -> {
      var lines = new String(bytes, StandardCharsets.UTF_8).strip().split("\\s+", -1);
      if (lines.length != 2 || !lines[0].equals(FORMAT)) {
        throw malformed("its first line is not '" + FORMAT + "'");
      }
      if (!lines[1].matches("[0-9a-f]{64}")) {
        throw malformed("its second line is not 64 hexadecimal digits");
      }
      var key = Hex.parse(lines[1]);
      try {
        return Secret.copyOf(key);
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    });
  }

  private static Refused malformed(String why) {
    return new Refused(Report.of(MALFORMED_KEY, "the key file is not one of Aegis")
        .why(why)
        .next("check that the whole file was copied, both lines of it"));
  }
}
