namespace CohereShell;

/// <summary>How a list operation pages its results.</summary>
public enum PagingStyle
{
    /// <summary>No paging: one response holds everything.</summary>
    None,

    /// <summary><c>page_size</c> and <c>page_token</c>; the response holds <c>next_page_token</c>.</summary>
    PageToken,

    /// <summary><c>limit</c> and <c>offset</c>.</summary>
    Offset,
}
