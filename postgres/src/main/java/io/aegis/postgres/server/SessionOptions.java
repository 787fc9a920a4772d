package io.aegis.postgres.server;

import static io.aegis.postgres.PostgresCode.NOT_RESTORED_HERE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.HeldDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session on a recovered server sets for itself, whatever the cluster, its databases and its
 * roles have set for everybody: a limit that suits a web page cuts a check of an index short, and
 * serializable transactions, which a hot standby does not have, every query.
 *
 * @param major the server's version
 */
record SessionOptions(int major) {
  /** Names of Aegis' own queries: what somebody else made in the database is not called. */
  static final String OWN_NAMES = " -c search_path=pg_catalog";

  private static final int FIRST_WITH_LOGIN_TRIGGERS = 17;

  /** More than a version takes, in bytes. */
  private static final int LONGEST = 16;

  // Log that stands still holds its locks for ever: whoever waits for one waits in vain.
  private static final List<String> OF_ANY_ROLE = List.of(
      "role=none",
      "statement_timeout=0",
      "lock_timeout=2s",
      "idle_session_timeout=0",
      "idle_in_transaction_session_timeout=0",
      "default_transaction_isolation=read\\ committed",
      "quote_all_identifiers=off", // Aegis compares what the server calls things
      "local_preload_libraries=");

  // The last two are left behind by a rescue: with them a damaged page is empty, and sound.
  private static final List<String> OF_SUPERUSER = List.of(
      "session_preload_libraries=",
      "temp_file_limit=-1",
      "zero_damaged_pages=off",
      "ignore_checksum_failure=off");

  static SessionOptions of(Path data) {
    try (var directory = HeldDirectory.of(data)) {
      return directory.read("PG_VERSION").stream()
          .map(SessionOptions::beginning)
          .filter(text -> text.matches("[0-9]{1,4}"))
          .map(text -> new SessionOptions(Integer.parseInt(text)))
          .findFirst()
          .orElseThrow(() -> new Refused(Report.of(
                  NOT_RESTORED_HERE, "PG_VERSION in " + data + " names no version")
              .why("it is no plain file of the directory's owner, or no number is in it")
              .next("look at the file; if it was changed, cancel this execution and plan again")));
    } catch (IOException e) {
      throw new UncheckedIOException("the version of " + data + " cannot be read", e);
    }
  }

  /** What is in it is never shown: the account whose directory it is may have changed the file. */
  private static String beginning(FileChannel file) {
    try (file) {
      var bytes = ByteBuffer.allocate(LONGEST);
      while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
      return new String(bytes.array(), 0, bytes.position(), US_ASCII).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("PG_VERSION cannot be read", e);
    }
  }

  String ofAnyRole() {
    var settings = new ArrayList<>(OF_ANY_ROLE);
    if (major >= FIRST_WITH_LOGIN_TRIGGERS) {
      settings.add("transaction_timeout=0");
    }
    return text(settings);
  }

  /** Only a superuser may leave out what else happens when somebody connects. */
  String ofSuperuser() {
    var settings = new ArrayList<>(OF_SUPERUSER);
    if (major >= FIRST_WITH_LOGIN_TRIGGERS) {
      settings.add("event_triggers=off");
    }
    return ofAnyRole() + " " + text(settings);
  }

  private static String text(List<String> settings) {
    return "-c " + String.join(" -c ", settings);
  }
}
