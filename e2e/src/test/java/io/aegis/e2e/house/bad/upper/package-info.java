/** Bad examples in a module that may use the lower one. */
@NullMarked
package io.aegis.e2e.house.bad.upper;

import org.jspecify.annotations.NullMarked;
