/** Bad examples in the face of a module that may use no other. */
@NullMarked
package io.aegis.e2e.house.bad.lower;

import org.jspecify.annotations.NullMarked;
