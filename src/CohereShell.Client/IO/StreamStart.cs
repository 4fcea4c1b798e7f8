namespace CohereShell;

internal static class StreamStart
{
    /// <summary>Reads the next bytes of a stream, up to a number. Fewer are returned only at the end of the stream.</summary>
    /// <exception cref="IOException">The stream can't be read.</exception>
    public static byte[] Read(Stream stream, int most)
    {
        byte[] bytes = new byte[most];
        int length = 0;
        int count;
        while (length < bytes.Length && (count = stream.Read(bytes, length, bytes.Length - length)) > 0)
        {
            length += count;
        }

        Array.Resize(ref bytes, length);
        return bytes;
    }
}
