package io.aegis.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read: sizes, durations, reports; and what they must not read: secrets. */
final class ForPeopleTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "102348, 99.9 KiB",
    "102400, 100 KiB",
    "1048063, 1023 KiB",
    "1048575, 1.0 MiB",
    "227633266688, 212 GiB",
    "9223372036854775807, 8.0 EiB"
  })
  void sizes_have_three_digits_and_iec_units(long bytes, String text) {
    assertThat(new ByteSize(bytes)).hasToString(text);
  }

  @Test
  void a_size_cannot_be_negative_or_overflow() {
    assertThatThrownBy(() -> new ByteSize(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ByteSize.ofMib(Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new ByteSize(Long.MAX_VALUE).plus(new ByteSize(1)))
        .isInstanceOf(ArithmeticException.class);
    assertThat(ByteSize.ofKib(1)).isLessThan(ByteSize.ofMib(1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0ms",
    "999, 999ms",
    "1000, 1.0s",
    "9999, 9.9s",
    "14000, 14s",
    "301000, 5m01s",
    "3900000, 1h05m",
    "86399999, 23h59m",
    "273600000, 3d04h",
    "-301000, -5m01s"
  })
  void durations_have_two_units_at_most_and_are_never_rounded_up(long millis, String text) {
    assertThat(HumanTime.of(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Test
  void durations_are_read_as_people_write_them_and_never_without_a_unit() {
    assertThat(HumanTime.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThat(HumanTime.parse("7d")).isEqualTo(Duration.ofDays(7));
    assertThat(HumanTime.parse("500ms")).isEqualTo(Duration.ofMillis(500));
    for (var wrong : new String[] {"", "5", "m5", "1.5h", "1.55s", "1.s", "-5s", "5 s", "5s5m"}) {
      assertThatThrownBy(() -> HumanTime.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        999,
        1000,
        1500,
        9999,
        10_000,
        59_999,
        61_000,
        3_661_000,
        86_400_000,
        273_599_999
      })
  void a_duration_that_was_printed_can_be_typed_again(long millis) {
    // Red when: HumanTime.parse takes no tenths of a second.
    String printed = HumanTime.of(Duration.ofMillis(millis));

    assertThat(HumanTime.of(HumanTime.parse(printed))).isEqualTo(printed);
    assertThat(HumanTime.parse(printed)).isLessThanOrEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void a_secret_cannot_be_printed_and_is_wiped_when_destroyed() {
    var bytes = "hunter2".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    var secret = Secret.takeOwnershipOf(bytes);
    assertThat(secret).hasToString("Secret[hidden]");
    assertThat(secret.<Integer>use(lent -> lent.length)).isEqualTo(7);
    secret.close();
    assertThat(bytes).containsOnly(0);
    assertThatThrownBy(() -> secret.use(lent -> lent)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_copied_secret_leaves_the_original_to_its_owner() {
    var bytes = new byte[] {1, 2, 3};
    try (var secret = Secret.copyOf(bytes)) {
      bytes[0] = 9;
      assertThat(secret.<Byte>use(lent -> lent[0])).isEqualTo((byte) 1);
    }
    assertThat(bytes).containsExactly(9, 2, 3);
  }

  @Test
  void a_report_says_what_why_what_is_safe_and_what_comes_next() {
    var report = Report.of(Code.SAMPLE, "the sample of shop-db failed")
        .why("the disk is full")
        .safe("the database runs on")
        .next("aegis doctor", "aegis status");
    assertThat(report.headline())
        .isEqualTo("AEG-1001: the sample of shop-db failed (the disk is full)");
    assertThat(report.next()).containsExactly("aegis doctor", "aegis status");
    assertThat(new Refused(report)).hasMessage(report.headline());
  }

  private enum Code implements FailureCode {
    SAMPLE;

    @Override
    public Words words() {
      return new Words(1001, "a sample", "For this test alone.");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, ''",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad, abc"
  })
  void a_digest_is_the_sha_256_of_fips_180_4(String hex, String text) {
    assertThat(Digest.of(text)).hasToString(hex);
    assertThat(Hex.of(Digest.of(text).bytes())).isEqualTo(hex);
  }

  @Test
  void what_is_no_digest_is_refused() {
    assertThatThrownBy(() -> new Digest("abc")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Digest("A".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hex.parse("abc")).isInstanceOf(IllegalArgumentException.class);
  }

  // Red when: ShellWord.of quotes only what holds a blank, or leaves a quote as it is.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "2/8E90F8|2/8E90F8", "name:before deploy|'name:before deploy'", "it's|'it'\\''s'",
        "a;reboot|'a;reboot'", "$HOME|'$HOME'", "\"\"|''"
      })
  void a_word_to_be_typed_is_one_word_to_a_shell(String word, String typed) {
    assertThat(ShellWord.of(word)).isEqualTo(typed);
  }
}
