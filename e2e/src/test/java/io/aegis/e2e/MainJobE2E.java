package io.aegis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.stage.Protected;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protect, lose, recover, as it is typed. */
class MainJobE2E {
  @TempDir
  Path directory;

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void the_last_commit_of_an_idle_server_returns_after_the_loss_of_everything(int major) {
    try (var shop = Protected.begin(directory, TestPostgres.of(major).durable())) {
      shop.server().psql("create table orders (id int primary key)");
      try (var stream = shop.stream()) {
        shop.aegis("backup").expect(0);
        shop.server().psql("insert into orders values (1)");
        shop.awaitDurable();
        shop.lose();
        stream.kill();
      }

      var recovered = shop.recover("latest");

      assertThat(recovered.psql("select id from orders")).isEqualTo("1");
    }
  }
}
