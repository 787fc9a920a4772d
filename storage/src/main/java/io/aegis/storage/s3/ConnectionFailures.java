package io.aegis.storage.s3;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.storage.StorageCode;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import software.amazon.awssdk.core.exception.SdkException;

/** What it means that there was no answer at all. */
final class ConnectionFailures {
  Failure explain(String what, SdkException e) {
    if (causeOf(e, UnknownHostException.class).isPresent()) {
      return unreachable(
          what,
          "the host's name cannot be resolved",
          e,
          "check the endpoint's spelling and this machine's DNS");
    }
    if (isUntrusted(e)) {
      return untrusted(what, e);
    }
    if (causeOf(e, SSLException.class).isPresent() && deepest(e).contains("SSL message")) {
      return notTls(what, e);
    }
    if (deepest(e).contains("Unable to load credentials")
        || String.valueOf(e.getMessage()).contains("Unable to load credentials")) {
      return noCredentials(what, e);
    }
    if (causeOf(e, ConnectException.class).isPresent()) {
      return unreachable(
          what,
          "nobody takes the connection",
          e,
          "check the endpoint's host and port, and the firewall between");
    }
    return unreachable(
        what, "the connection failed", e, "repeat the command when the network is back");
  }

  Failure timedOut(String what, SdkException e) {
    return unreachable(what, "no answer in time", e, "repeat the command when the network is back");
  }

  private Failure unreachable(String what, String why, SdkException e, String next) {
    return new Failure.Unavailable(
        Report.of(StorageCode.STORE_UNREACHABLE, what)
            .why(why + ": " + deepest(e))
            .safe("objects stored before are as they were; a new one is there wholly or not at all")
            .next(next),
        e);
  }

  // A handshake cut short by the network is an SSLHandshakeException too, with an EOF inside.
  private static boolean isUntrusted(SdkException e) {
    return causeOf(e, SSLPeerUnverifiedException.class).isPresent()
        || causeOf(e, java.security.cert.CertificateException.class).isPresent()
        || (causeOf(e, SSLHandshakeException.class).isPresent()
            && causeOf(e, java.io.EOFException.class).isEmpty());
  }

  private Failure untrusted(String what, SdkException e) {
    return new Failure.Refused(
        Report.of(StorageCode.STORE_UNTRUSTED, what)
            .why(deepest(e))
            .safe("nothing was sent")
            .next(
                "add the certificate's authority to the trust store of the Java runtime",
                "check that the endpoint's name is the one in the certificate"),
        e);
  }

  private Failure notTls(String what, SdkException e) {
    return new Failure.Refused(
        Report.of(StorageCode.STORE_REJECTS, what)
            .why("the store does not speak TLS on this port: " + deepest(e))
            .safe("nothing was sent")
            .next("check the port, or write the endpoint with http:// if that is what it speaks"),
        e);
  }

  private Failure noCredentials(String what, SdkException e) {
    return new Failure.Refused(
        Report.of(StorageCode.ACCESS_DENIED, what)
            .why("no credentials were found in the environment, a profile or an instance role")
            .next(
                "name an access key and its secret in the configuration",
                "or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        e);
  }

  private static Stream<Throwable> causes(Throwable e) {
    return Stream.iterate(e, java.util.Objects::nonNull, Throwable::getCause).limit(20);
  }

  private static <T extends Throwable> Optional<T> causeOf(Throwable e, Class<T> kind) {
    return causes(e).filter(kind::isInstance).map(kind::cast).findFirst();
  }

  private static String deepest(Throwable e) {
    var last = causes(e).reduce(e, (_, next) -> next);
    return last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
  }
}
