package io.aegis.postgres.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.PostgresCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountTest {

  // Red when: Account.NUMBERS takes no more than nine digits, as it did.
  @Test
  void an_account_without_a_name_has_numbers_of_up_to_32_bits() {
    assertThat(Account.named("1000660000:0"))
        .isEqualTo(new Account("1000660000:0", 1_000_660_000, 0));
    assertThat(Account.named("4294967294:4294967294").user()).isEqualTo(-2);
    for (String none : List.of("4294967295:0", "0:9999999999")) {
      assertThatThrownBy(() -> Account.named(none))
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> assertThat(refused.code()).isEqualTo(PostgresCode.ACCOUNT_UNUSABLE));
    }
  }

  @Test
  void a_program_of_such_an_account_is_started_with_its_numbers() {
    if (Account.own().isRoot()) {
      assertThat(Account.named("4000660000:7").program(List.of("true")).command())
          .contains("--reuid=4000660000", "--regid=7", "--clear-groups");
    }
    assertThat(Account.named("4000660000:7").program(List.of("true")).command())
        .startsWith("setsid")
        .endsWith("true");
  }
}
