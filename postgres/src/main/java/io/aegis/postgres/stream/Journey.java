package io.aegis.postgres.stream;

import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.archive.Inventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;

/** What one connection's worth of streaming works with. */
record Journey(
    WalStream stream,
    Listener listener,
    WalArchive archive,
    WalFiling filing,
    Inventory inventory) {}
