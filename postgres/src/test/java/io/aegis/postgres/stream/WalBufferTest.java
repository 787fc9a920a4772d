package io.aegis.postgres.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WalBufferTest {
  private final WalBuffer buffer = new WalBuffer(10);

  private boolean offer(String log) throws InterruptedException {
    return buffer.offer(log.getBytes(UTF_8), 0, log.length(), 0, Duration.ZERO);
  }

  private String take(int most) {
    var batch = buffer.take(most);
    return new String(batch.bytes(), 0, batch.length(), UTF_8);
  }

  // Red when: WalBuffer.offer makes room by dropping its oldest chunk, or takes what does not fit.
  @Test
  void t35_a_full_buffer_refuses_what_comes_and_drops_nothing_that_came() throws Exception {
    assertThat(offer("abcdef")).isTrue();
    assertThat(offer("ghijkl")).isFalse();
    assertThat(take(4)).isEqualTo("abcd");
    assertThat(offer("ghijkl")).isTrue();
    assertThat(offer("m")).isTrue();
    assertThat(offer("nop")).isFalse();
    assertThat(take(10) + take(10)).isEqualTo("efghijklm");
  }

  // Red when: WalBuffer.offer holds back what is larger than the whole buffer for ever.
  @Test
  void a_message_larger_than_the_buffer_gets_through_an_empty_one() throws Exception {
    assertThat(offer("abcdefghijklmno")).isTrue();
    assertThat(take(20)).isEqualTo("abcdefghijklmno");
  }
}
