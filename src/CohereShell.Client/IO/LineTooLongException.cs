namespace CohereShell;

/// <summary>A line is longer than the limit. The next line can be read.</summary>
internal sealed class LineTooLongException : IOException
{
    /// <param name="message">The line and the limit, without a period at the end.</param>
    public LineTooLongException(string message)
        : base(message)
    {
    }
}
