using System.Globalization;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>
/// Hashes and ids that depend only on their input, on every runtime and in every process. string.GetHashCode and Random
/// don't guarantee that.
/// </summary>
internal static class StableHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>A 64-bit hash of a text.</summary>
    internal static ulong Of(string text) => Mix(Add(Offset, Encoding.UTF8.GetBytes(text)));

    /// <summary>A 64-bit hash of bytes.</summary>
    internal static ulong Of(ReadOnlySpan<byte> bytes) => Mix(Add(Offset, bytes));

    /// <summary>A hash of two numbers: the value of a sequence at an index.</summary>
    internal static ulong Of(ulong seed, ulong index) => Mix(Mix(seed) + (index * 0x9E3779B97F4A7C15));

    /// <summary>An id in the format of a GUID, as Cohere uses.</summary>
    internal static string Id(string text, ReadOnlySpan<byte> bytes = default)
    {
        ulong sum = Add(Add(Offset, Encoding.UTF8.GetBytes(text)), bytes);
        ulong high = Mix(sum);
        ulong low = Mix(sum ^ Prime);

        // Version 4 and its variant, for clients that check the format.
        high = (high & 0xFFFFFFFFFFFF0FFF) | 0x4000;
        low = (low & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000;
        return string.Format(
            CultureInfo.InvariantCulture,
            "{0:x8}-{1:x4}-{2:x4}-{3:x4}-{4:x12}",
            (uint)(high >> 32),
            (ushort)(high >> 16),
            (ushort)high,
            (ushort)(low >> 48),
            low & 0xFFFFFFFFFFFF);
    }

    // FNV-1a.
    private static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            sum = unchecked((sum ^ value) * Prime);
        }

        return sum;
    }

    // The finalizer of SplitMix64. With FNV alone, similar inputs have similar hashes.
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
