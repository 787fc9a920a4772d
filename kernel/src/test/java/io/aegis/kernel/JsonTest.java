package io.aegis.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.ByteReader.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
  @Test
  void members_are_printed_in_the_order_in_which_they_were_given() {
    var value = Json.object().with("z", 1).with("a", true).with("m", Json.texts(List.of("x")));
    assertThat(value.compact()).isEqualTo("{\"z\":1,\"a\":true,\"m\":[\"x\"]}");
    assertThat(value.with("z", "again").compact()).startsWith("{\"z\":\"again\"");
  }

  @Test
  void for_people_it_is_indented_by_two_spaces() {
    assertThat(Json.object().with("a", Json.array(List.of(Json.number(1)))).pretty())
        .isEqualTo("""
            {
              "a": [
                1
              ]
            }""");
    assertThat(Json.object().pretty()).isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "[1,-0.5,1000000,\"\",true,false,null,{\"a\":{\"b\":[]}}]",
        "\"quote \\\" backslash \\\\ line \\n tab \\t bell \\u0007 euro €\"",
        "12345678901234567890.000000000000000000001"
      })
  void what_is_printed_is_what_was_read(String text) {
    assertThat(Json.parse(text).compact()).isEqualTo(text);
    assertThat(Json.parse(Json.parse(text).pretty())).isEqualTo(Json.parse(text));
  }

  @Test
  void escapes_and_surrogate_pairs_are_understood() {
    assertThat(Json.parse("\"\\u00e9\\/\\ud83d\\ude00\"")).isEqualTo(new Json.Str("é/😀"));
    assertThat(Json.parse(new Json.Str("😀\u007f").compact())).isEqualTo(new Json.Str("😀\u007f"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12",
        "\"a\nb\"",
        "01",
        "-",
        "1.",
        ".5",
        "+1",
        "1e",
        "0x10",
        "NaN",
        "Infinity",
        "tru",
        "nul",
        "1 2",
        "{} {}",
        "'a'",
        "{\"a\":1,\"a\":2}",
        "1e9999"
      })
  void what_is_not_exactly_one_value_is_malformed_and_the_place_is_named(String text) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(Malformed.class)
        .hasMessageMatching("at character \\d+: .+");
  }

  // Red when: JsonParser.enter does not count.
  @Test
  void nesting_is_bounded_so_that_input_cannot_exhaust_the_stack() {
    assertThat(Json.parse("[".repeat(64) + "]".repeat(64))).isInstanceOf(Json.Arr.class);
    assertThatThrownBy(() -> Json.parse("[".repeat(100_000)))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining("nested");
  }

  @Test
  void a_member_of_another_kind_or_none_at_all_is_malformed_by_name() {
    var value = Json.parseObject("{\"text\":\"a\",\"number\":1.5}");
    assertThat(value.text("text")).isEqualTo("a");
    assertThat(value.find("absent")).isNull();
    assertThatThrownBy(() -> value.text("number")).hasMessageContaining("'number'");
    assertThatThrownBy(() -> value.number("number")).hasMessageContaining("not a whole number");
    assertThatThrownBy(() -> value.number("absent")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> value.bool("text")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> value.object("text")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> value.array("text")).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Json.parseObject("[]")).isInstanceOf(Malformed.class);
  }
}
