package io.aegis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.stage.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher makes of the locale it is started in. */
class LocaleE2E {
  @TempDir
  Path home;

  // Red when: the launcher leaves a locale that is not UTF-8 to the JVM, which then can neither see
  // nor make such a file: a snapshot or a restore of it would fail.
  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "xx_XX.UTF-8", "C.UTF-8"})
  void names_of_files_are_utf_8_in_every_locale(String locale) throws IOException {
    var directory = Files.createDirectories(home.resolve("größe"));
    Files.writeString(directory.resolve("aegis.yaml"), "no-such-setting: 1\n");

    var shown = Installed.in(directory).with("LC_ALL", locale).run("config", "validate");

    assertThat(shown.out() + shown.err()).contains("no-such-setting", "größe/aegis.yaml");
  }
}
