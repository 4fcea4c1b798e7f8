using System.Runtime.InteropServices;

namespace CohereShell.Formats;

/// <summary>Converts 16-bit floating-point numbers, which .NET Framework doesn't have.</summary>
internal static class HalfFloat
{
    public static float ToSingle(ushort half)
    {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >> 10) & 0x1f;
        int fraction = half & 0x3ff;
        return exponent switch
        {
            0 => (sign == 0 ? 1 : -1) * fraction / (float)(1 << 24),
            31 => SingleFromBits(sign | 0x7f80_0000 | (fraction << 13)),
            _ => SingleFromBits(sign | ((exponent + 112) << 23) | (fraction << 13)),
        };
    }

    public static float SingleFromBits(int bits)
    {
        ReadOnlySpan<int> one = stackalloc int[] { bits };
        return MemoryMarshal.Cast<int, float>(one)[0];
    }
}
