package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that fills up in the middle of a restore: told in four parts, nothing lost, and gone on
 * with. The disk is a small one in memory that takes only so many files; a mount namespace of its
 * own makes it for any account, and takes it away with the last process in it.
 */
class DiskFillsUpIT {
  private static final String SCRIPT = """
      mount -t tmpfs -o size=1g,nr_inodes=200 tmpfs disk || exit 99
      run() {
        name=$1; shift
        "$JAVA" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "$CLASSES" \\
          io.aegis.cli.Aegis "$@" >"$name.out" 2>"$name.err"
        echo $? >"$name.exit"
      }
      run recover recover --into disk/restored --yes --json
      id=$(sed -n 's/.*"execution": "\\(rec-[0-9a-f]*\\)".*/\\1/p' recover.out | head -1)
      run show execution show "$id"
      mount -o remount,nr_inodes=0 disk || exit 98
      run resume resume "$id" --json
      run cancel execution cancel "$id" --undo --now --yes --reason test --json
      """;

  @TempDir
  Path original;

  @TempDir
  Path directory;

  @Test
  void a_disk_that_fills_up_in_the_middle_of_a_restore_stops_it_and_it_goes_on_afterwards()
      throws Exception {
    try (var shop = ProtectedShop.in(original)) {
      shop.copyTo(directory);
      Files.createDirectories(directory.resolve("disk"));
      shop.server().kill();
      var before = Tree.of(directory);
      var source = Tree.of(shop.server().dataDirectory());

      runScript();

      assertThat(exit("recover")).as(text("recover.out") + text("recover.err")).isEqualTo(1);
      var stopped = Json.parseObject(text("recover.out"));
      assertThat(stopped.text("state")).isEqualTo("PAUSED_BY_FAILED_STEP");
      var parts = FourParts.ofStep(stopped, "restore").assertGood("AEG-2405");
      assertThat(parts.what()).contains("disk/restored");
      assertThat(parts.why()).contains("No space left on device");
      assertThat(parts.next().toString()).contains("resume");
      assertThat(text("show.out")).contains("AEG-2405", "why:", "safe:", "next: aegis resume");
      assertThat(exit("resume"))
          .as(text("resume.out") + text("resume.err"))
          .isEqualTo(weAreRoot() ? 20 : 0);
      if (weAreRoot()) {
        assertThat(exit("cancel")).as(text("cancel.err")).isZero();
      }
      assertThat(before.changedOrLostIn(Tree.of(directory))).isEmpty();
      assertThat(Tree.of(shop.server().dataDirectory())).isEqualTo(source);
    }
  }

  /** Nobody else can mount but in a user namespace, where nothing is begun that others approve. */
  private static boolean weAreRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self/status"), "unix:uid").equals(0);
  }

  private void runScript() throws Exception {
    var unshare = new ArrayList<>(List.of("unshare", "--mount"));
    if (!weAreRoot()) {
      unshare.addAll(List.of("--user", "--map-root-user"));
    }
    unshare.addAll(List.of("sh", "-c", SCRIPT));
    var process = new ProcessBuilder(unshare)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("script.log").toFile());
    var variables = process.environment();
    variables.put(
        "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    variables.put("CLASSES", System.getProperty("java.class.path"));
    variables.put("XDG_STATE_HOME", directory.resolve("state").toString());
    variables.put("AEGIS_RECOVERY_APPROVALS", weAreRoot() ? "1" : "0");
    var started = process.start();
    try {
      assertThat(started.waitFor(240, TimeUnit.SECONDS)).as(text("script.log")).isTrue();
      assertThat(started.exitValue()).as(text("script.log")).isZero();
    } finally {
      started.destroyForcibly();
    }
  }

  private int exit(String name) throws IOException {
    return Integer.parseInt(text(name + ".exit").strip());
  }

  private String text(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }
}
