package io.aegis.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aegis.kernel.TimeSource;
import io.aegis.storage.testing.ObjectStoreContract;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends ObjectStoreContract {
  @Override
  protected ObjectStore emptyStore() {
    return new MemoryStore("test", TimeSource.system());
  }

  @Test
  void a_key_that_a_directory_could_not_keep_is_a_bug_here_too() {
    put("a/b", "x");

    assertThatIllegalStateException().isThrownBy(() -> put("a", "y"));
    assertThatIllegalStateException().isThrownBy(() -> put("a/b/c", "z"));
    assertThat(list("")).containsExactly("a/b");
  }

  @Test
  void the_caller_may_change_what_it_put_and_what_it_got() {
    var bytes = new byte[] {1, 2, 3};
    store.putIfAbsent(key("key"), Body.of(bytes));
    bytes[0] = 9;
    store.find(key("key")).orElseThrow()[1] = 9;

    assertThat(store.find(key("key"))).hasValue(new byte[] {1, 2, 3});
  }
}
