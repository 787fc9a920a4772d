/** Repositories for tests: in memory, with a key of their own. */
@NullMarked
package io.aegis.repository.testing;

import org.jspecify.annotations.NullMarked;
