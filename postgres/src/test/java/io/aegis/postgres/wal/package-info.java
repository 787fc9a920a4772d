@NullMarked
package io.aegis.postgres.wal;

import org.jspecify.annotations.NullMarked;
