package io.aegis.storage.s3;

import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A listing in the order of the keys' bytes, from any server. Amazon lists in that order; servers
 * that keep a tree (SeaweedFS) list {@code a/b} before {@code a-b}, which sorts the other way
 * round. So what is small is fetched whole and sorted, and what is large directory by directory.
 * Memory is bounded by the largest single directory.
 */
final class Listing {
  /** Up to here, sorting in memory is cheaper than a request per directory. */
  static final int SMALL = 10_000;

  private static final int PAGE = 1_000;

  private final Pages pages;
  private final String bucket;
  private final String root;
  private final int small;

  /** Fetches one page. */
  interface Pages {
    ListObjectsV2Response fetch(ListObjectsV2Request request);
  }

  /** A directory, its name ending in a slash, or an object. */
  private sealed interface Entry {
    String name();

    record Directory(String name) implements Entry {}

    record Found(ObjectStat stat) implements Entry {
      @Override
      public String name() {
        return stat.key().name();
      }
    }
  }

  /** {@code root} comes before every name; up to {@code small} objects are sorted at once. */
  Listing(Pages pages, String bucket, String root, int small) {
    this.pages = pages;
    this.bucket = bucket;
    this.root = root;
    this.small = small;
  }

  void list(String prefix, Consumer<ObjectStat> each) {
    var entries = new ArrayList<Entry>();
    if (!collect(prefix, request -> request, small, entries)) {
      entries.clear();
      collect(
          prefix,
          request -> request.toBuilder().delimiter("/").build(),
          Integer.MAX_VALUE,
          entries);
    }
    entries.sort(Comparator.comparing(Entry::name));
    for (var entry : entries) {
      switch (entry) {
        case Entry.Directory(var name) -> list(name, each);
        case Entry.Found(var stat) -> each.accept(stat);
      }
    }
  }

  /** Whether everything was collected before there were more than {@code limit}. */
  private boolean collect(
      String prefix, UnaryOperator<ListObjectsV2Request> kind, int limit, List<Entry> entries) {
    @Nullable String token = null;
    do {
      var request = ListObjectsV2Request.builder()
          .bucket(bucket)
          .prefix(root + prefix)
          .maxKeys(Math.min(small, PAGE))
          .continuationToken(token)
          .build();
      var page = pages.fetch(kind.apply(request));
      page.contents().forEach(object -> addIfOurs(object, entries));
      page.commonPrefixes()
          .forEach(p -> entries.add(new Entry.Directory(p.prefix().substring(root.length()))));
      token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (token != null && entries.size() <= limit);
    return token == null;
  }

  private void addIfOurs(S3Object object, List<Entry> entries) {
    var name = object.key().substring(root.length());
    if (ObjectKey.isValid(name)) {
      var stat = new ObjectStat(new ObjectKey(name), object.size(), object.lastModified());
      entries.add(new Entry.Found(stat));
    }
  }
}
