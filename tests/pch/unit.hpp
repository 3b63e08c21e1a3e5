// As src/pch/standard.hpp, of the unit tests.
#ifndef MFA_PCH_UNIT_HPP  // GCC warns of "#pragma once" in what it is told to compile
#define MFA_PCH_UNIT_HPP

#include <doctest.h>

#include "core/cbor.hpp"
#include "core/json.hpp"
#include "engine/engine.hpp"
#include "store/memory.hpp"

#endif
