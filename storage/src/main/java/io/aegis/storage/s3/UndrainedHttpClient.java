package io.aegis.storage.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * An HTTP client whose answers, closed before their end, drop the connection. Apache's would first
 * read the rest, to use the connection again: an interrupted read of 64 MiB from a slow store would
 * then end no sooner than an uninterrupted one, and the SDK does so wherever it notices that its
 * thread was interrupted.
 */
final class UndrainedHttpClient implements SdkHttpClient {
  private final SdkHttpClient client;

  private UndrainedHttpClient(SdkHttpClient client) {
    this.client = client;
  }

  /** Lets the SDK complete the settings and own the client. */
  record Builder(SdkHttpClient.Builder<?> wrapped) implements SdkHttpClient.Builder<Builder> {
    @Override
    public SdkHttpClient buildWithDefaults(AttributeMap serviceDefaults) {
      return new UndrainedHttpClient(wrapped.buildWithDefaults(serviceDefaults));
    }
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    var prepared = client.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return undrained(prepared.call());
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  private static HttpExecuteResponse undrained(HttpExecuteResponse answer) {
    var length = answer.httpResponse().firstMatchingHeader("Content-Length").map(Long::valueOf);
    if (length.isEmpty() || answer.responseBody().isEmpty()) {
      return answer; // chunked: listings and errors, which are short
    }
    var body = answer.responseBody().get();
    return HttpExecuteResponse.builder()
        .response(answer.httpResponse())
        .responseBody(AbortableInputStream.create(new Undrained(body, length.get()), body))
        .build();
  }

  private static final class Undrained extends FilterInputStream {
    private final AbortableInputStream body;
    private long remaining;

    Undrained(AbortableInputStream body, long length) {
      super(body);
      this.body = body;
      this.remaining = length;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      remaining -= value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      remaining -= Math.max(count, 0);
      return count;
    }

    @Override
    public void close() throws IOException {
      if (remaining > 0) {
        body.abort();
      } else {
        super.close();
      }
    }
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public void close() {
    client.close();
  }
}
