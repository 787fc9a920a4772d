package io.aegis.postgres.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Hex;
import io.aegis.postgres.wal.RelationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RelationNamesTest {
  private static final RelationName ORDERS =
      new RelationName(new RelationFile(1663, 16384, 24577), "shop", "public.orders");
  private static final RelationName DATABASES =
      new RelationName(new RelationFile(1664, 0, 1262), "", "pg_catalog.pg_database");

  @Test
  void names_have_exactly_the_bytes_of_the_specification() throws IOException {
    var page = Files.readString(Path.of("../docs/format/postgres-snapshot.md"));
    var block = Pattern.compile("```relations-v1\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).isTrue();
    var documented = Hex.parse(block.group(1).replaceAll("\\s", ""));
    assertThat(RelationNames.encode(List.of(ORDERS, DATABASES))).isEqualTo(documented);
    assertThat(RelationNames.decode(documented)).containsExactly(ORDERS, DATABASES);
  }

  @Test
  void names_that_end_too_early_or_too_late_are_damage() {
    var bytes = RelationNames.encode(List.of(ORDERS));
    for (int length = 0; length <= bytes.length + 1; length++) {
      var other = Arrays.copyOf(bytes, length);
      if (length != bytes.length) {
        assertThatThrownBy(() -> RelationNames.decode(other)).isInstanceOf(Malformed.class);
      }
    }
  }

  // Red when: RelationNames.encode keeps them all.
  @Test
  void of_more_names_than_are_kept_the_first_are_kept() {
    var many = new ArrayList<>(List.of(ORDERS));
    many.addAll(Collections.nCopies(RelationNames.MOST, DATABASES));
    var kept = RelationNames.decode(RelationNames.encode(many));
    assertThat(kept).hasSize(RelationNames.MOST).startsWith(ORDERS);
  }

  // Red when: NameBook.find lets a later place win, or asks it though the name is known.
  @Test
  void a_place_is_asked_only_for_what_those_before_it_do_not_know() {
    var asked = new ArrayList<String>();
    var renamed = new RelationName(ORDERS.file(), "shop", "public.orders_2027");
    var book = new NameBook(List.of(place("then", ORDERS, asked), place("now", renamed, asked)));
    assertThat(book.find(ORDERS.file())).contains(ORDERS);
    assertThat(asked).containsExactly("then");
    assertThat(book.find(DATABASES.file())).isEmpty();
    assertThat(asked).containsExactly("then", "now");
    assertThat(book.find(ORDERS.file())).contains(ORDERS);
  }

  private static Supplier<List<RelationName>> place(
      String name, RelationName known, List<String> asked) {
    return () -> {
      asked.add(name);
      return List.of(known);
    };
  }
}
