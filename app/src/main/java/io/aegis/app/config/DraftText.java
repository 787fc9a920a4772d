package io.aegis.app.config;

import io.aegis.app.ConfigDraft;
import io.aegis.kernel.Json;

/** The text of a first configuration. */
public final class DraftText {
  private DraftText() {}

  public static String of(ConfigDraft draft) {
    var server = draft.server();
    boolean socket = !server.socketDirectory().isEmpty();
    return """
        # What Aegis protects, and how it brings it back. Every key: docs/reference/configuration.md
        # Check it with: aegis config validate

        application:
          name: %s
          environment: prod

        objectives:
          rto: 15m      # how long a recovery may take
          rpo: 60s      # how much of the newest work may be lost

        repository:
          # Put it on another machine or into a bucket (s3://bucket/prefix) before you rely on it.
          location: %s
          key: file:aegis.key

        database:
          name: %s-db
          %s
          port: %d
          user: %s
          data-directory: %s
          bin-directory: %s

        recovery:
          directory: recovered   # recovered data directories are made below it, never in place
          approvals: 0           # how many other people must agree before a promotion
        """.formatted(
            draft.application(),
            quoted(draft.repository()),
            draft.application(),
            socket ? "socket: " + quoted(server.socketDirectory()) : "host: localhost",
            server.port(),
            quoted(draft.user()),
            quoted(server.dataDirectory().toString()),
            quoted(server.binaries()));
  }

  // A JSON string is a YAML scalar, whatever stands in it.
  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9/._-]+|s3://[A-Za-z0-9/._-]+")
        ? text
        : new Json.Str(text).compact();
  }
}
