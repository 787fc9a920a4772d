/** What a stream says while it runs, and when it ends. */
@NullMarked
package io.aegis.cli.wal;

import org.jspecify.annotations.NullMarked;
