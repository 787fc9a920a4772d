package io.aegis.storage;

import io.aegis.kernel.FailureCode;

/** What can go wrong between Aegis and an object store: AEG-11xx. */
public enum StorageCode implements FailureCode {
  OBJECT_MISSING(
      1101,
      "an object that must be there is missing",
      "Something that Aegis wrote, or that other objects refer to, is not in the store any"
          + " more. It was deleted, expired by a lifecycle rule, or the store lost it. Run"
          + " 'aegis repo check' to learn which recovery points depend on it."),
  OBJECT_TRUNCATED(
      1102,
      "an object is shorter than it was written",
      "The store returned fewer bytes than the object is known to have. Run 'aegis repo"
          + " check --read-data' to learn which recovery points depend on it."),
  STORE_UNREACHABLE(
      1103,
      "the object store does not answer",
      "The network, the store or its credentials' service failed, and went on failing"
          + " through all retries. Nothing is lost by waiting; commands can be repeated."),
  ACCESS_DENIED(
      1104,
      "the object store denies access",
      "The credentials are missing, expired, or lack a permission. Aegis needs to get, put,"
          + " list and (for compaction) delete objects below the repository's prefix."),
  STORE_FULL(
      1105,
      "the object store is full",
      "The disk, its quota or the bucket's quota is used up. Everything stored before is"
          + " intact; what was being written is not there at all, never half. Make room outside"
          + " Aegis or enlarge the store, then repeat the command: deleting files inside the"
          + " repository by hand destroys recovery points."),
  STORE_ABSENT(
      1106,
      "the object store is not there",
      "The bucket does not exist, or the directory is not the one it was before: a file"
          + " system was unmounted, or another one was mounted in its place. Aegis stops rather"
          + " than write into the empty place beneath it."),
  STORE_FAILING(
      1107,
      "the object store reports an error of its own",
      "The store was reached and failed inside: an I/O error of a disk, or an error of the"
          + " S3 server. What was stored before is not touched by that; look at the store's own"
          + " health first."),
  STORE_BUSY(
      1108,
      "the object store asks to be left alone for a while",
      "The store throttles requests (SlowDown, 503, 429), and went on doing so through all"
          + " retries. Fewer parallel requests help (database.workers); commands can be"
          + " repeated."),
  STORE_UNTRUSTED(
      1109,
      "the object store's identity cannot be verified",
      "The TLS handshake failed: the certificate is not trusted by this machine, has"
          + " expired, or is for another name. Nothing was sent. Add the certificate's"
          + " authority to the trust store of the Java runtime; never turn verification off."),
  CLOCK_SKEWED(
      1110,
      "this machine's clock and the object store's clock disagree",
      "S3 refuses requests signed more than 15 minutes away from its own time. Correct the"
          + " clock (chronyc tracking, timedatectl), then repeat the command."),
  STORE_REJECTS(
      1111,
      "the object store does not accept the request",
      "The store answered that it cannot or will not serve this kind of request: a wrong"
          + " region or endpoint, or an S3 dialect without something Aegis needs."),
  REQUEST_INTERRUPTED(
      1112,
      "a request was interrupted",
      "Somebody asked Aegis to stop while it was waiting for the store. A write that was"
          + " under way is there wholly or not at all; commands can be repeated."),
  OBJECT_OVERSIZED(
      1114,
      "an object is larger than Aegis ever writes there",
      "Something else was stored under a name that belongs to Aegis. It is not read, so"
          + " that it cannot exhaust the memory. Look at who may write to the store."),
  STORE_READ_ONLY(
      1115,
      "the store's file system cannot be written to",
      "It is mounted read-only: by somebody, or by the kernel after an error of the disk. Waiting"
          + " does not mend that, so a request is not tried again; a stream goes on once it can be"
          + " written to. What was stored before is not touched by it and can be read.");

  private final Words words;

  StorageCode(int number, String title, String explanation) {
    this.words = new Words(number, title, explanation);
  }

  @Override
  public Words words() {
    return words;
  }
}
