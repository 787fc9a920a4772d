/**
 * The whole product against real parts: it is installed, used and killed as users and disasters do.
 */
@NullMarked
package io.aegis.e2e;

import org.jspecify.annotations.NullMarked;
