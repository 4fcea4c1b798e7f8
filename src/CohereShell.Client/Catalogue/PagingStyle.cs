namespace CohereShell;

/// <summary>How a list operation hands out its pages.</summary>
public enum PagingStyle
{
    /// <summary>One answer holds everything.</summary>
    None,

    /// <summary><c>page_size</c> and <c>page_token</c>; the answer holds <c>next_page_token</c>.</summary>
    PageToken,

    /// <summary><c>limit</c> and <c>offset</c>.</summary>
    Offset,
}
