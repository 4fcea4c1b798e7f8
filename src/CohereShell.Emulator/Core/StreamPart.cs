namespace CohereShell.Emulation;

/// <summary>A piece of a body. Of a truncated piece, only half is sent, and it's the last one.</summary>
internal readonly record struct StreamPart(byte[] Bytes, bool IsCut)
{
    /// <summary>The number of bytes to send.</summary>
    internal int Count => IsCut ? Bytes.Length / 2 : Bytes.Length;

    /// <summary>The pieces of a response. A truncated response ends with the middle piece.</summary>
    internal static IEnumerable<StreamPart> Of(IEnumerable<byte[]> pieces, bool isCut)
    {
        if (!isCut)
        {
            return pieces.Select(bytes => new StreamPart(bytes, false));
        }

        byte[][] all = pieces.ToArray();
        int last = all.Length / 2;
        return all.Take(last + 1).Select((bytes, index) => new StreamPart(bytes, index == last));
    }
}
