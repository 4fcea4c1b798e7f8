namespace CohereShell.Emulation;

/// <summary>A piece of a body on its way out. One that is cut is sent by half, and is the last.</summary>
internal readonly record struct StreamPart(byte[] Bytes, bool IsCut)
{
    /// <summary>How many of the bytes are sent.</summary>
    internal int Count => IsCut ? Bytes.Length / 2 : Bytes.Length;

    /// <summary>The pieces of an answer; when it is cut, those up to the middle one.</summary>
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
