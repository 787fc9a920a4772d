package io.aegis.postgres.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure;
import io.aegis.postgres.testing.AsNobody;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountIT {
  @TempDir
  Path home;

  // Red when: Account.OWN is the owner of the link /proc/self, which is root's for everybody. Run
  // as anybody but root, this asks the account itself.
  @Test
  void an_account_that_is_not_root_knows_that_it_is_not() throws Exception {
    var said = new AsNobody(home).run(WhoAmI.class, List.of(Failure.class, Account.class));
    assertThat(said).isEqualTo(AsNobody.user());
  }
}
